from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from openchair import reactions
from openchair.booking.availability.find import find_times
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.demo.load import SALONS, DemoReport, demo_file, demo_logins, load_demo
from openchair.booking.demo.people import clients
from openchair.identity.accounts.passwords import check_password, require_strong
from openchair.identity.accounts.queries import find_credentials
from openchair.platform.db.engine import Database
from openchair.salons.queries import get_salon

NOW = datetime(2027, 2, 17, 11, 20, tzinfo=UTC)
"""A Wednesday before noon, on which both salons are open."""


async def load(database: Database, now: datetime = NOW) -> DemoReport:
    reactions.start()
    return await load_demo(database, now=now, progress=lambda _done, _total: None)


async def test_the_demo_is_two_busy_salons_whose_clients_are_left_in_peace(
    database: Database,
) -> None:
    seen: list[tuple[int, int]] = []
    reactions.start()
    report = await load_demo(
        database, now=NOW, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1] > 60
    assert report.visits > 500
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT status, count(*) FROM bookings GROUP BY 1"))
        counts = {row[0]: row[1] for row in rows}
        assert sum(counts.values()) == report.visits
        assert {*counts} == {"confirmed", "arrived", "no_show", "cancelled"}
        assert counts["arrived"] > 5 * counts["no_show"]
        quiet = "SELECT (SELECT count(*) FROM notification_queue) + (SELECT count(*) FROM pgqueuer)"
        assert await session.scalar(text(quiet)) == 0
        untouched = """SELECT count(*) FROM bookings
            WHERE (status = 'confirmed') <> (appointment_date >= :now) AND status <> 'cancelled'"""
        assert await session.scalar(text(untouched), {"now": NOW}) == 0
        for slug in SALONS:
            salon = await get_salon(session, slug=slug)
            catalogue = await get_catalogue(session, salon_id=salon.id)
            for service in catalogue.services:
                found = await find_times(
                    session,
                    salon=salon,
                    service_ids=[service.id],
                    first=NOW.date(),
                    last=NOW.date() + timedelta(days=14),
                    now=NOW,
                )
                assert any(day.slots for day in found.days), service.slug

    again = await load(database)
    assert again == DemoReport(report.logins, 0)
    tomorrow = await load(database, NOW + timedelta(days=1))
    assert 0 < tomorrow.visits < 40

    for login in report.logins:
        async with database.transaction() as session:
            known = await find_credentials(session, email=login.email)
        assert known is not None
        verdict = await check_password(password_hash=known.password_hash, password=login.password)
        assert verdict.right, login.email


def test_every_role_has_a_log_in_in_each_salon_with_a_password_that_we_accept() -> None:
    for slug in SALONS:
        logins = demo_logins(demo_file(slug))
        assert {login.role for login in logins} == {"owner", "manager", "staff", "receptionist"}
        for login in logins:
            require_strong(login.password)


def test_invented_clients_have_addresses_that_belong_to_nobody() -> None:
    kept_free = (".example", "@example.com", "@example.org", "@example.net")
    for slug in SALONS:
        people = clients(slug=slug, count=160)
        assert people == clients(slug=slug, count=160)
        assert len({person.email for person in people}) == 160
        assert all(person.email and person.email.endswith(kept_free) for person in people)
        assert all(
            person.phone is None or person.phone.startswith("+49 171 39200") for person in people
        )
