"""The heading of a number is no state of one visit: where cancellations are counted, in four
languages, on the page, in the CSV and in a client's profile.
"""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from openchair.customers.profiles.models import CustomerRow
from openchair.identity.accounts.models import ProfileRow
from openchair.platform.db.engine import Database
from tests.web.console.conftest import House, Sit, add_visit, on

CANCELLATIONS = {"en": "Cancellations", "de": "Absagen", "pl": "Odwołania", "uk": "Скасування"}


@pytest.mark.parametrize(("language", "heading"), CANCELLATIONS.items())
async def test_a_count_of_cancellations_is_called_so(
    house: House, database: Database, sit: Sit, language: str, heading: str
) -> None:
    await add_visit(database, house, on(10, days=2))
    async with database.transaction() as session:
        await session.execute(update(ProfileRow).values(language=language))
        client = (await session.scalars(select(CustomerRow.id))).one()
    owner = await sit(house.people["owner"])

    for report in ("", "/team"):
        page = await owner.page(f"/console/house/reports{report}")
        assert heading in headings(page), report
    for report in ("overview", "team"):
        answer = await owner.client.get(f"/console/house/reports/{report}.csv")
        assert heading in next(csv.reader(io.StringIO(answer.text))), report
    profile = await owner.page(f"/console/house/clients/{client}")
    assert heading in [each.get_text(strip=True) for each in profile.select("dt")]


def headings(page: BeautifulSoup) -> list[str]:
    return [each.get_text(strip=True) for each in page.select("thead th")]
