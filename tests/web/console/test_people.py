import re
from urllib.parse import parse_qs, urlsplit

from httpx import AsyncClient
from sqlalchemy import select

from openchair.identity.accounts.models import MembershipRow
from openchair.identity.invitations.queries import list_open
from openchair.identity.invitations.rules import token_of
from openchair.platform.db.engine import Database
from tests.identity.people import PASSWORD, add_account
from tests.web.console.conftest import ORIGIN, House, Sit, make_house, text_of

PEOPLE = "/console/house/salon/people"
NEW = "ruth@new.example"


async def role_of(database: Database, house: House, who: str) -> str | None:
    async with database.transaction() as session:
        found: str | None = await session.scalar(
            select(MembershipRow.role).where(
                MembershipRow.salon_id == house.salon.id,
                MembershipRow.user_id == house.people[who],
            )
        )
    return found


async def link_of(database: Database, house: House) -> str:
    async with database.transaction() as session:
        (found,) = await list_open(session, salon_id=house.salon.id)
    return f"/console/invitation/{token_of(found.id, found.expires_at)}"


async def test_owners_change_a_role_after_being_asked_by_name(
    house: House, database: Database, sit: Sit
) -> None:
    owner = await sit(house.people["owner"])
    where = f"{PEOPLE}/{house.people['receptionist']}"
    asked = await owner.press(f"{where}/role", role="manager", staff_id="")
    assert asked.status_code == 200
    assert "Change the role of Lena Brunner?" in asked.text
    assert await role_of(database, house, "receptionist") == "receptionist"
    done = await owner.press(f"{where}/role", role="manager", staff_id="", confirmed="yes")
    assert await role_of(database, house, "receptionist") == "manager"
    page = await owner.page(done.headers["location"])
    assert "Lena Brunner: Reception → Manager (Lena Brunner)" in text_of(page)
    undo = page.select_one(".toast form")
    assert undo is not None
    assert (await owner.press(str(undo["action"]), staff_id="")).status_code == 303
    assert await role_of(database, house, "receptionist") == "receptionist"


async def test_a_stylist_is_linked_without_a_question_but_never_a_strangers(
    house: House, database: Database, sit: Sit
) -> None:
    other = await make_house(database, slug="other")
    owner = await sit(house.people["owner"])
    where = f"{PEOPLE}/{house.people['receptionist']}/role"
    wrong = await owner.press(where, role="receptionist", staff_id=str(other.anna))
    assert wrong.status_code == 422
    assert "one of your stylists" in wrong.text
    done = await owner.press(where, role="receptionist", staff_id=str(house.anna))
    assert done.status_code == 303
    assert "anna" in text_of(await owner.page(PEOPLE)).lower()


async def test_the_last_owner_stays(house: House, database: Database, sit: Sit) -> None:
    owner = await sit(house.people["owner"])
    where = f"{PEOPLE}/{house.people['owner']}"
    for path, fields in (("role", {"role": "staff", "confirmed": "yes"}), ("remove", {})):
        refused = await owner.press(f"{where}/{path}", **fields)
        assert refused.status_code == 409
        assert "only owner" in refused.text
    assert await role_of(database, house, "owner") == "owner"


async def test_who_is_removed_is_out_at_once_and_can_be_put_back(
    house: House, database: Database, sit: Sit
) -> None:
    owner, ben = await sit(house.people["owner"]), await sit(house.people["staff"])
    assert (await ben.client.get("/console/house/day")).status_code == 200
    where = f"{PEOPLE}/{house.people['staff']}/remove"
    assert "Remove Lena Brunner from the team?" in text_of(await owner.page(where))
    done = await owner.press(where)
    assert (await ben.client.get("/console/house/day")).status_code == 303
    undo = (await owner.page(done.headers["location"])).select_one(".toast form")
    assert undo is not None
    staff_id = parse_qs(urlsplit(done.headers["location"]).query)["staff"][0]
    assert staff_id == str(house.ben)
    await owner.press(str(undo["action"]), staff_id=staff_id)
    assert await role_of(database, house, "staff") == "staff"


async def test_managers_look_and_no_more(house: House, sit: Sit) -> None:
    manager = await sit(house.people["manager"])
    page = await manager.page(PEOPLE)
    assert page.select("form[action*='/people/']") == []
    assert page.select(f"a[href*='{house.people['owner']}']") == []
    assert "owner@house.example" in text_of(page)


async def test_an_invitation_is_sent_again_and_taken_back(
    house: House, database: Database, sit: Sit, stranger: AsyncClient
) -> None:
    owner = await sit(house.people["owner"])
    sent = await owner.press(f"{PEOPLE}/invite", email=NEW, role="staff", language="pl")
    assert sent.status_code == 303
    first = await link_of(database, house)
    twice = await owner.press(f"{PEOPLE}/invite", email=NEW, role="staff", language="pl")
    assert twice.status_code == 409
    assert "open invitation already" in twice.text
    assert f'value="{NEW}"' in twice.text, "what was typed stays"
    page = await owner.page(PEOPLE)
    again = page.select_one("form[action$='/resend']")
    assert again is not None
    assert (await stranger.get(first)).status_code == 200
    await owner.press(str(again["action"]))
    revoke = str(again["action"]).replace("/resend", "/revoke")
    second = await link_of(database, house)
    assert NEW in text_of(await owner.page(revoke))
    await owner.press(revoke)
    closed = await stranger.get(f"{second}?language=en")
    assert closed.status_code == 410
    assert "took this invitation back" in closed.text
    unknown = await stranger.get("/console/invitation/nothing?language=en")
    assert unknown.status_code == 404
    assert "not known" in unknown.text


async def test_a_newcomer_chooses_name_and_password_and_is_in(
    house: House, database: Database, sit: Sit, stranger: AsyncClient
) -> None:
    owner = await sit(house.people["owner"])
    await owner.press(f"{PEOPLE}/invite", email=NEW, role="receptionist", language="en")
    link = await link_of(database, house)
    assert "Lena Brunner invites you as: Reception." in (await stranger.get(link)).text
    wrong = await stranger.post(
        link, data={"name": "Ruth Ammann", "password": "short"}, headers={"Origin": ORIGIN}
    )
    assert wrong.status_code == 422
    assert 'value="Ruth Ammann"' in wrong.text
    joined = await stranger.post(
        link, data={"name": "Ruth Ammann", "password": PASSWORD}, headers={"Origin": ORIGIN}
    )
    assert joined.status_code == 303
    assert (await stranger.get("/console/house/day")).status_code == 200
    assert (await stranger.get(PEOPLE)).status_code == 403
    again = await stranger.get(link)
    assert again.status_code == 410
    assert "accepted already" in again.text
    twice = await owner.press(f"{PEOPLE}/invite", email=NEW, role="staff", language="en")
    assert "somebody of your team already" in twice.text


async def test_an_account_that_is_there_joins_after_the_log_in(
    house: House, database: Database, sit: Sit, stranger: AsyncClient
) -> None:
    async with database.transaction() as session:
        ruth = await add_account(session, email=NEW)
    owner = await sit(house.people["owner"])
    await owner.press(f"{PEOPLE}/invite", email=NEW, role="staff", language="en")
    link = await link_of(database, house)
    page = (await stranger.get(link)).text
    assert re.search(r"/console/log-in\?next=%2Fconsole%2Finvitation%2F", page)
    refused = await stranger.post(
        link, data={"name": "Thief", "password": "a short sentence"}, headers={"Origin": ORIGIN}
    )
    assert refused.status_code == 409, "nobody gets a second account for an address"
    wrong_one = await sit(house.people["manager"])
    assert (
        "but you are logged in as manager@house.example" in (await wrong_one.client.get(link)).text
    )
    assert (await wrong_one.press(f"{link}/join")).status_code == 403
    seat = await sit(ruth)
    assert f"You are logged in as {NEW}." in text_of(await seat.page(link))
    assert (await seat.press(f"{link}/join")).status_code == 303
    assert (await seat.client.get("/console/house/day")).status_code == 200
