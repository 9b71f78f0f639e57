import json
from uuid import UUID

from openchair import reactions
from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.identity.audit.record import Actor
from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.builders import NOW, at, guest, make_salon
from tests.cli.commands import openchair


async def a_booking_called_off(database: Database) -> tuple[UUID, str]:
    reactions.start()
    correlation.adopt("the-story-of-a-booking")
    async with database.transaction() as session:
        shop = await make_salon(session, slug="told")
        await shop.person("lena", await shop.service("cut", needs=(await shop.things("seat", 1),)))
        salon = await shop.salon()
        booked = await book(
            session,
            salon=salon,
            service_ids=[shop.services["cut"]],
            start=at(10),
            customer=guest(),
            consents={"terms": True},
            source="test",
            now=NOW,
        )
    async with database.transaction() as session:
        await cancel_booking(
            session, salon=salon, booking_id=booked.booking_id, by=Actor("system"), now=utc_now()
        )
    return booked.booking_id, booked.manage_token


async def test_a_booking_tells_its_whole_story_in_order(database: Database) -> None:
    booking_id, token = await a_booking_called_off(database)
    told = openchair("explain", "booking", str(booking_id), DATABASE_URL=database.url)
    assert (told.returncode, told.stderr) == (0, "")
    story = told.stdout
    parts = [
        "booking.confirmed",
        "create by the client",
        "booking.confirmed to client1@example.com",
    ]
    assert all(part in story for part in parts)
    assert story.index("create by the client") < story.index("cancel by the system")
    assert "correlation the-story-of-a-booking" in story
    assert "nothing: its time is free for others" in story
    by_token = openchair("explain", "booking", token, DATABASE_URL=database.url)
    assert by_token.stdout == story


async def test_the_json_holds_the_same_and_not_the_key_to_the_booking(database: Database) -> None:
    booking_id, token = await a_booking_called_off(database)
    told = openchair("explain", "booking", str(booking_id), "--json", DATABASE_URL=database.url)
    answer = json.loads(told.stdout)
    assert (answer["booking"]["status"], answer["takes"]) == ("cancelled", [])
    assert {each["source"] for each in answer["happenings"]} == {"event", "audit", "email"}
    assert token not in told.stdout


def test_a_booking_that_is_not_there_is_told_in_a_sentence(database_url: str) -> None:
    for name in ("nonsense", str(UUID(int=9))):
        missing = openchair("explain", "booking", name, DATABASE_URL=database_url)
        assert (missing.returncode, missing.stdout) == (2, "")
        assert "We do not find this booking" in missing.stderr
