"""The pages about team, place and policies: what was typed is kept, what was done is taken back."""

import re
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from openchair.identity.audit.record import Actor, record
from openchair.platform.db.engine import Database
from openchair.salons.queries import Salon, get_salon
from tests.builders import make_salon
from tests.web.console.conftest import House, Seat, Sit, on

SALON = "/console/house/salon"


@pytest.fixture
async def owner(house: House, sit: Sit) -> Seat:
    return await sit(house.people["owner"])


def fields_of(page: BeautifulSoup, action: str) -> dict[str, str]:
    """What the form of this address would send as it stands."""
    form = page.select_one(f'form[action$="{action}"]')
    assert form is not None
    found = {
        str(each["name"]): str(each.get("value", ""))
        for each in form.select("input[name]")
        if each.get("type") != "checkbox" or each.has_attr("checked")
    }
    for each in form.select("select[name]"):
        chosen = each.select_one("option[selected]")
        found[str(each["name"])] = str(chosen["value"]) if chosen else ""
    for each in form.select("textarea[name]"):
        found[str(each["name"])] = each.text
    return found


async def read(database: Database) -> Salon:
    async with database.transaction() as session:
        return await get_salon(session, slug="house")


async def test_policies_are_shown_saved_and_taken_back(owner: Seat, database: Database) -> None:
    before = (await read(database)).policies
    fields = fields_of(await owner.page(f"{SALON}/policies"), "/salon/policies")
    fields |= {"cancel_deadline_minutes": "2", "cancel_deadline_minutes_unit": "days"}
    shown = await owner.press(f"{SALON}/policies", **{**fields, "show": "yes"})
    assert "Clients can cancel until 2 days before." in shown.text
    assert (await read(database)).policies == before
    saved = await owner.press(f"{SALON}/policies", **fields)
    assert (await read(database)).policies.cancel_deadline_minutes == 2880
    page = await owner.page(saved.headers["location"])
    undo = page.select_one(".toast form")
    assert undo is not None
    back = {str(each["name"]): str(each["value"]) for each in undo.select("input")}
    await owner.press(f"{SALON}/policies", **back)
    assert (await read(database)).policies == before


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "0", "731", "9" * 30, "٣"])
async def test_a_horizon_that_cannot_be_is_asked_for_again(
    owner: Seat, database: Database, typed: str
) -> None:
    before = (await read(database)).policies
    fields = fields_of(await owner.page(f"{SALON}/policies"), "/salon/policies")
    answer = await owner.press(f"{SALON}/policies", **{**fields, "horizon_days": typed})
    assert answer.status_code == 422
    again = BeautifulSoup(answer.text, "html.parser").select_one("#horizon_days")
    assert again is not None
    assert (again["value"], again["aria-invalid"]) == (typed, "true")
    assert (await read(database)).policies == before


async def test_opening_hours_go_past_midnight_and_are_refused_where_they_overlap(
    owner: Seat, database: Database
) -> None:
    page = f"{SALON}/place/hours"
    late = {"day_4_from_0": "18:00", "day_4_to_0": "02:00"}
    assert (await owner.press(page, **late)).status_code == 303
    (hours,) = (await read(database)).location.opening_hours
    assert (hours.weekday, hours.opens_minute, hours.closes_minute) == (4, 1080, 1560)
    answer = await owner.press(page, **late, day_4_from_1="19:00", day_4_to_1="20:00")
    assert answer.status_code == 422
    wrong = BeautifulSoup(answer.text, "html.parser").select_one("#day_4-wrong")
    assert wrong is not None
    assert "overlap" in wrong.text
    half = await owner.press(page, day_0_from_0="09:00")
    assert "Please give both times, from and to, or none." in half.text


async def test_a_public_holiday_is_taken_over_and_opened_again(
    owner: Seat, database: Database
) -> None:
    page = await owner.page(f"{SALON}/place/closed")
    dates = [
        str(each["value"])
        for each in page.select('input[name="date"][type="hidden"]')
        if each.parent and each.parent.select_one('[name="suggested"]')
    ]
    assert any(day.endswith("-08-01") for day in dates), "Switzerland's national day"
    await owner.press(f"{SALON}/place/closed", date=dates[0], suggested="yes")
    (closed,) = (await read(database)).location.holidays
    assert closed.date.isoformat() == dates[0]
    assert closed.name
    await owner.press(f"{SALON}/place/closed/open", date=dates[0])
    assert (await read(database)).location.holidays == ()


async def test_a_closed_day_that_comes_back_has_its_name_in_every_language(
    owner: Seat, database: Database
) -> None:
    path = f"{SALON}/place/closed"
    page = await owner.page(path)
    suggested = page.select_one('form:has([name="suggested"]) input[name="date"]')
    assert suggested is not None
    day = str(suggested["value"])
    await owner.press(path, date=day, suggested="yes")
    (closed,) = (await read(database)).location.holidays
    assert len(closed.name) > 1
    opened = await owner.press(f"{path}/open", date=day)
    undo = (await owner.page(opened.headers["location"])).select_one(".toast form")
    assert undo is not None
    fields = {str(each["name"]): str(each["value"]) for each in undo.select("input")}
    await owner.press(str(undo["action"]), **fields)
    assert (await read(database)).location.holidays == (closed,)


async def test_a_day_that_is_over_cannot_be_closed(owner: Seat, database: Database) -> None:
    path = f"{SALON}/place/closed"
    refused = await owner.press(path, date=on(0, days=-1).date().isoformat(), name="Too late")
    assert refused.status_code == 422
    told = BeautifulSoup(refused.text, "html.parser")
    wrong, kept = told.select_one("#date-wrong"), told.select_one("#name")
    assert wrong is not None
    assert kept is not None
    assert "This day is over." in wrong.text
    assert kept["value"] == "Too late"
    assert (await read(database)).location.holidays == ()
    today = on(0).date().isoformat()
    assert (await owner.press(path, date=today)).status_code == 303


async def test_a_chair_is_added_named_anew_and_taken_out_of_use(owner: Seat) -> None:
    page = f"{SALON}/place/equipment"
    await owner.press(page, kind="chair", first="By the window", group_en="Chairs")
    shown = await owner.page(page)
    form = shown.select_one('form[action*="/equipment/"]:has([name="active"])')
    assert form is not None
    address = str(form["action"])
    twin = await owner.press(re.sub(r"/[0-9a-f-]{36}$", "", address), kind="chair", first="")
    assert twin.status_code == 422
    saved = await owner.press(address, name="By the door")
    toast = (await owner.page(saved.headers["location"])).select_one(".toast form")
    assert toast is not None
    back = {str(each["name"]): str(each["value"]) for each in toast.select("input")}
    assert (back["name"], back["active"]) == ("By the window", "yes")


async def test_somebody_without_a_name_is_asked_for_one_and_nothing_is_lost(owner: Seat) -> None:
    answer = await owner.press(
        f"{SALON}/team/new", name=" ", colour="#aa3366", commission="40,5", title_en="Barber"
    )
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    for name, value in (("title_en", "Barber"), ("commission", "40,5"), ("colour", "#aa3366")):
        field = page.select_one(f"#{name}")
        assert field is not None
        assert field["value"] == value


async def test_a_stylists_week_is_saved_and_taken_back(owner: Seat, house: House) -> None:
    page = f"{SALON}/team/{house.anna}/hours"
    saved = await owner.press(page, day_1_from_0="10:00", day_1_to_0="12:00")
    shown = await owner.page(saved.headers["location"])
    toast = shown.select_one(".toast form")
    assert toast is not None
    back = {str(each["name"]): str(each["value"]) for each in toast.select("input")}
    assert back["day_0_from_0"] == "09:00"
    await owner.press(page, **back)
    assert fields_of(await owner.page(page), f"{house.anna}/hours")["day_6_to_0"] == "17:00"


async def test_a_site_is_named_by_its_origin(owner: Seat, database: Database) -> None:
    page = f"{SALON}/website"
    sites = "https://salon.example/\n\nHTTPS://WWW.salon.example"
    await owner.press(page, origins=sites)
    assert (await read(database)).embed_origins == (
        "https://salon.example",
        "https://www.salon.example",
    )
    for wrong in ("salon.example", "http://salon.example", "https://a b", "https://x/'; script"):
        answer = await owner.press(page, origins=wrong)
        assert answer.status_code == 422, wrong
        assert len((await read(database)).embed_origins) == 2


async def test_reports_keep_what_was_asked_for_that_cannot_be(owner: Seat) -> None:
    odd = ("first=2026-02-01&last=2026-01-01", "first=x&last=y", "period=ever", "staff=nobody")
    for query in odd:
        answer = await owner.client.get(f"/console/house/reports?{query}")
        assert answer.status_code == 422, query
        assert 'class="wrong"' in answer.text
    csv = await owner.client.get("/console/house/reports/team.csv?period=year")
    assert csv.headers["content-type"].startswith("text/csv")
    assert csv.text.splitlines()[0].lstrip("\ufeff").startswith("Stylist,Services,Revenue")


@pytest.mark.parametrize("name", ["manifest.webmanifest", "icon-192.png", "service-worker.js"])
async def test_the_consoles_own_files_are_no_salon(owner: Seat, name: str) -> None:
    answer = await owner.client.get(f"/console/{name}")
    assert answer.status_code == 200
    if name == "service-worker.js":
        assert answer.headers["service-worker-allowed"] == "/console"


async def test_a_thing_that_was_refused_stays_as_it_was_ticked(owner: Seat) -> None:
    page = f"{SALON}/place/equipment"
    await owner.press(page, kind="room", group_en="Rooms", first="Room 1")
    form = (await owner.page(page)).select_one('form[action*="/equipment/"]:has([name="active"])')
    assert form is not None
    refused = await owner.press(str(form["action"]), name="x" * 200)
    assert refused.status_code == 422
    again = BeautifulSoup(refused.text, "html.parser").select_one(
        f'form[action="{form["action"]}"]'
    )
    assert again is not None
    assert again.select_one('[name="active"][checked]') is None


TIME_OFF = "/console/house/time-off"


async def time_off_of(database: Database) -> list[tuple[str, str]]:
    """How long and how far, of all there is."""
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT during::text, status FROM time_off"))
    return [(row.during, row.status) for row in rows]


@pytest.mark.parametrize("status", ["requested", "approved", "declined"])
@pytest.mark.parametrize("until", ["'2031-01-05'", "NULL"])
async def test_time_off_that_was_withdrawn_is_put_back_as_it_was(
    owner: Seat, house: House, database: Database, status: str, until: str
) -> None:
    async with database.transaction() as session:
        await session.execute(
            text(f"""
                INSERT INTO time_off (salon_id, id, staff_id, during, reason, status)
                SELECT salon_id, gen_random_uuid(), id, tstzrange('2031-01-01', {until}), '',
                    :status
                FROM staff WHERE salon_id = :salon_id ORDER BY name LIMIT 1
            """),  # noqa: S608 - ours
            {"salon_id": house.salon.id, "status": status},
        )
    before = await time_off_of(database)
    page = await owner.page(TIME_OFF)
    (withdraw,) = page.select('form[action$="/withdraw"]')
    gone = await owner.press(str(withdraw["action"]))
    assert await time_off_of(database) == []
    undo = (await owner.page(gone.headers["location"])).select_one(".toast form")
    assert undo is not None
    fields = {str(each["name"]): str(each["value"]) for each in undo.select("input")}
    assert (await owner.press(str(undo["action"]), **fields)).status_code == 303
    assert await time_off_of(database) == before
    assert (await owner.press(str(undo["action"]), **fields)).status_code in {404, 409}


@pytest.mark.parametrize(
    ("field", "said"),
    [("start", "2031-01-01T+"), ("start", "2031-01-01T00:00+00:00"), ("again", "x")],
)
async def test_time_off_that_cannot_be_read_is_asked_for_again(
    owner: Seat, house: House, database: Database, field: str, said: str
) -> None:
    page = await owner.page(TIME_OFF)
    (_, anybody, *_) = page.select("select[name=who] option")
    fields = {"who": str(anybody["value"]), "reason": "Dentist", field: said}
    answer = await owner.press(TIME_OFF, **fields)
    assert answer.status_code == 422
    assert "Dentist" in answer.text
    assert await time_off_of(database) == []


async def test_what_a_neighbour_withdrew_is_not_put_back(
    owner: Seat, house: House, database: Database
) -> None:
    theirs = UUID(int=7)
    async with database.transaction() as session:
        neighbour = await (await make_salon(session, slug="neighbour")).salon()
        await record(
            session,
            actor=Actor("user", house.people["owner"]),
            action="time_off.withdraw",
            resource_type="time_off",
            resource_id=theirs,
            salon_id=neighbour.id,
            metadata={"before": {}},
        )
    assert (await owner.press(TIME_OFF, again=str(theirs))).status_code == 404
