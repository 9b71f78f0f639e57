"""Home, front door, error pages, and what search engines and phones ask for."""

import json

import pytest
from httpx import AsyncClient

from tests.web.public.conftest import House, Visitor


async def test_home_says_when_there_is_time(visitor: Visitor) -> None:
    page = await visitor.page("")
    assert page.select_one(".next-free strong") is not None
    prices = {
        each.get_text().replace("\N{NO-BREAK SPACE}", " ") for each in page.select(".menu-price")
    }
    assert prices == {"CHF 50", "CHF 90"}
    assert len(page.select(".hours tr")) == 7
    assert len(page.select(".hours .today")) == 1
    assert "There are no reviews yet" in page.get_text()


async def test_search_engines_are_told(visitor: Visitor, house: House) -> None:
    page = await visitor.page("")
    script = page.select_one("script[type='application/ld+json']")
    assert script is not None
    described = json.loads(script.get_text())
    assert described["address"]["addressLocality"] == "St. Gallen"
    assert {each["priceCurrency"] for each in described["makesOffer"]} == {"CHF"}
    others = {each["hreflang"] for each in page.select("link[rel=alternate]")}
    assert others == {"en", "de", "pl", "uk", "x-default"}
    site_map = await visitor.client.get("/sitemap.xml")
    assert f"/{house.slug}/uk</loc>" in site_map.text


async def test_the_browser_chooses_the_language(client: AsyncClient, house: House) -> None:
    for accepted, language in (("uk, en;q=0.5", "uk"), ("fr", "en"), ("de-CH,de;q=0.9", "de")):
        answer = await client.get(f"/{house.slug}", headers={"Accept-Language": accepted})
        assert answer.status_code == 302
        assert answer.headers["location"] == f"/{house.slug}/{language}"


async def test_a_slash_too_many_is_forgiven(client: AsyncClient, house: House) -> None:
    for path in (f"/{house.slug}", f"/{house.slug}/de"):
        answer = await client.get(f"{path}/")
        assert answer.status_code == 308
        assert answer.headers["location"] == path
    for stranger in ("/%2Felsewhere.example/", "/%5Celsewhere.example/"):
        answer = await client.get(stranger)
        assert not answer.headers.get("location", "").startswith(("//", "/\\"))


async def test_nothing_comes_from_elsewhere(client: AsyncClient, house: House) -> None:
    policy = (await client.get(f"/{house.slug}/en")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", ["", "/book", "/book/staff", "/booking/forged/cancel", "/x/y/z"])
async def test_an_unknown_page_is_the_salons_own(
    client: AsyncClient, house: House, path: str
) -> None:
    """Whatever is asked for, an error names the correlation id and shows no trace."""
    answer = await client.get(
        f"/{house.slug}/xx{path}", headers={"X-Correlation-Id": "my-own-number-1"}
    )
    assert answer.status_code == 404
    assert "my-own-number-1" in answer.text
    assert f"Salon {house.slug}" in answer.text
    assert "Traceback" not in answer.text


async def test_an_unknown_salon_is_a_plain_page(client: AsyncClient) -> None:
    for path in ("/nobody", "/nobody/en", "/nobody/en/book", "/%00/en"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert "no salon at this address" in answer.text


async def test_phones_get_a_manifest_and_icons(client: AsyncClient, house: House) -> None:
    manifest = (await client.get(f"/{house.slug}/manifest.webmanifest?lang=uk")).json()
    assert manifest["start_url"] == f"/{house.slug}/uk"
    for icon in manifest["icons"]:
        answer = await client.get(icon["src"])
        assert answer.headers["content-type"] == icon["type"]
    png = (await client.get(f"/{house.slug}/icon-192.png")).content
    assert png.startswith(b"\x89PNG")


async def test_built_files_stay_for_ever(client: AsyncClient, house: House) -> None:
    page = (await client.get(f"/{house.slug}/en")).text
    script = "/static/" + page.partition('src="/static/')[2].partition('"')[0]
    answer = await client.get(script, headers={"Accept-Encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert (await client.get("/static/manifest.json/../../x")).status_code == 404
