"""The OpenAPI document and the page drawn from it are whole, and nothing comes from elsewhere."""

import ast
import re
from pathlib import Path

from bs4 import BeautifulSoup
from httpx import AsyncClient

import openchair
from openchair.api.problem_codes import CODES

ROOT = Path(openchair.__file__).parent
REACHED = ("api", "booking/appointments", "booking/availability", "customers", "platform/edge")
ALSO_REACHED = (
    "salons/queries.py",
    "platform/errors.py",
    "identity/tokens/verify.py",
    "notifications/dead_letters/filters.py",
    "webhooks/replay.py",
    "operations/alerts/severity.py",
    "operations/alerts/heartbeats.py",
)
# Raised for the team or at start-up, never through the API.
NOT_THE_APIS = {
    "answer_not_found",
    "appointment_not_found",
    "changed_meanwhile",
    "client_gone",
    "client_known",
    "client_not_found",
    "empty",
    "form_not_found",
    "forms_full",
    "import_begun",
    "import_not_done",
    "import_not_found",
    "merge_covered",
    "merge_not_found",
    "merge_undone",
    "no_resource",
    "not_mapped",
    "not_marked",
    "not_undoable",
    "note_not_found",
    "photo_not_found",
    "photos_full",
    "series_conflicts",
    "too_early",
    "too_long",
    "too_short",
}
ALWAYS_THERE = {"/api/health", "/api/health-check"}
READY = "/api/ready"  # says with 503 what it says with 200

METRICS = "/api/metrics"  # says what is missing instead
VITALS = "/api/vitals"  # asks no database


async def test_the_document_names_every_failure(call: AsyncClient) -> None:
    answer = await call.get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    seen = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            assert operation["summary"]
            assert operation["description"]
            expected = {"429"} if path in ALWAYS_THERE else {"422", "429", "503"}
            expected -= {READY: {"422"}, METRICS: {"503"}, VITALS: {"503"}}.get(path, set())
            if "requestBody" in operation:
                expected |= {"400", "413", "415"}
            if "{" in path:
                expected |= {"404"}
            assert expected <= set(operation["responses"]), (method, path)
            for status, response in operation["responses"].items():
                if not status.startswith("2") and (path, status) != (READY, "503"):
                    assert list(response["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_every_member_has_an_example_or_a_kind(call: AsyncClient) -> None:
    document = (await call.get("/api/openapi.json")).json()
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                assert parameter["description"], parameter["name"]


async def test_the_page_needs_nobody_else(call: AsyncClient) -> None:
    answer = await call.get("/api/docs")
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.title is not None
    assert not page.find_all("script")
    assert not page.find_all(style=True)
    assert {link["href"] for link in page.find_all("link")} == {"data:,", "/api/docs.css"}
    document = (await call.get("/api/openapi.json")).json()
    operations = {
        each["operationId"] for path in document["paths"].values() for each in path.values()
    }
    anchors = {each["id"] for each in page.find_all(id=True)}
    assert operations <= anchors
    targets = {link["href"][1:] for link in page.find_all("a", href=re.compile("^#"))}
    assert targets <= anchors
    assert len(answer.content) < 400_000
    style = await call.get("/api/docs.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text


async def test_a_problem_leads_to_its_paragraph(call: AsyncClient) -> None:
    problem = (await call.get("/api/v1/salons/nobody")).json()
    path, _, anchor = problem["type"].partition("#")
    page = BeautifulSoup((await call.get(path)).text, "html.parser")
    assert page.find(id=anchor) is not None


def test_every_code_is_explained_and_none_is_made_up() -> None:
    raised = {code for folder in REACHED for code in codes_in(ROOT / folder)}
    for file in ALSO_REACHED:
        raised |= codes_in(ROOT / file)
    raised -= NOT_THE_APIS
    # The kinds nobody reaches a client of the API with: log-in, and the bare kinds themselves.
    raised -= {"unauthorized", "forbidden", "conflict", "problem", "refused"}
    assert raised == set(CODES)


def codes_in(place: Path) -> set[str]:
    """Every `code="…"` that is passed, and every class's `code = "…"`."""
    found = set()
    for file in [place] if place.is_file() else place.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "code":
                value = node.value
            elif (
                isinstance(node, ast.Assign | ast.AnnAssign)
                and "code" in ast.unparse(node).split("=", maxsplit=1)[0].split(":")[0].split()
            ):
                value = node.value  # type: ignore[assignment]
            else:
                continue
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.add(value.value)
    return found
