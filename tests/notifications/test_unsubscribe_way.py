"""From the header of a real reminder to the reminder that does not go out."""

from urllib.parse import urlsplit

from httpx import AsyncClient

from openchair.booking.appointments.confirm import book
from openchair.notifications.outbox import put_all
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.salons.queries import Salon
from tests.builders import at, guest, make_salon
from tests.notifications.conftest import Post, greeting, row_of, scalar


async def test_one_click_in_a_reminder_stops_the_next_one(
    post: Post, database: Database, client: AsyncClient
) -> None:
    salon = await with_a_visit(database)
    reminder = await scalar(
        database, "SELECT id FROM notifications WHERE kind = 'booking.reminder'"
    )
    await post.make_due(reminder)
    assert await post.deliver(reminder) == "sent"
    mail = next(each for each in post.server.accepted if "List-Unsubscribe" in each)
    url = str(mail["List-Unsubscribe"]).strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        assert url in part.get_content()

    answer = await client.post(urlsplit(url).path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200

    async with database.transaction() as session:
        again, ordered = await put_all(
            session,
            messages=[
                greeting(
                    salon.id,
                    recipient="client1@example.com",
                    category=category,
                    dedupe_key=category,
                )
                for category in ("reminder", "transactional")
            ],
        )
    assert await post.deliver(ordered) == "sent"
    assert (await row_of(database, again))["status"] == "suppressed"


async def with_a_visit(database: Database) -> Salon:
    """A salon whose client comes soon enough to be reminded."""
    now = utc_now()
    async with database.transaction() as session:
        shop = await make_salon(session)
        cut = await shop.service("cut")
        await shop.person("lena", cut)
        salon = await shop.salon()
        await book(
            session,
            salon=salon,
            service_ids=[cut],
            start=at(10, day=now.date(), days=3),
            customer=guest(),
            consents={},
            source="web",
            now=now,
        )
    return salon
