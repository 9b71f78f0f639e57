"""What an incident costs, from real visits, messages, holds and figures; and on paper."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.incidents.cost import Cost, cost_of
from openchair.operations.incidents.incident import new_entry
from openchair.operations.incidents.report import Told, money, post_incident, summary
from openchair.platform.ids import new_id
from tests.builders import Shop, make_salon
from tests.operations.incidents.test_rules import MINUTE, START, an_incident

HOUR = 60 * MINUTE
END = START + HOUR


async def visit(
    session: AsyncSession, shop: Shop, *, at: datetime, price: int = 5000, status: str = "confirmed"
) -> UUID:
    booking, customer = new_id(), new_id()
    values = {
        "salon": shop.salon_id,
        "customer": customer,
        "email": f"{customer.hex}@example.org",
        "location": shop.location_id,
        "id": booking,
        "at": at,
        "until": at + HOUR,
        "price": price,
        "status": status,
        "token": booking.hex,
    }
    await session.execute(
        text("""
            INSERT INTO customers (salon_id, id, name, email, language)
            VALUES (:salon, :customer, 'Anna', :email, 'en')
        """),
        values,
    )
    await session.execute(
        text("""
            INSERT INTO bookings (salon_id, id, customer_id, location_id, appointment_date, ends_at,
                status, price_minor, currency, language, contact_name, note, source, manage_token)
            VALUES (:salon, :id, :customer, :location, :at, :until, :status, :price, 'CHF', 'en',
                'Anna', '', 'online', :token)
        """),
        values,
    )
    return booking


async def message(
    session: AsyncSession, shop: Shop, booking: UUID, *, at: datetime, status: str
) -> None:
    await session.execute(
        text("""
            INSERT INTO notifications (salon_id, id, kind, channel, recipient, language, data,
                reference, dedupe_key, message_id, send_after, next_attempt_at, status, sent_at)
            VALUES (:salon, :id, 'booking.confirmed', 'email', 'anna@example.org', 'en', '{}',
                :reference, :key, :key, :at, :at, :status,
                CASE WHEN :status = 'sent' THEN CAST(:at AS timestamptz) END)
        """),
        {
            "salon": shop.salon_id,
            "id": new_id(),
            "reference": f"booking:{booking}",
            "key": new_id().hex,
            "at": at,
            "status": status,
        },
    )


async def test_what_is_known_is_counted(session: AsyncSession) -> None:
    shop = await make_salon(session)
    during = START + 10 * MINUTE
    told = await visit(session, shop, at=during, price=1000)
    await message(session, shop, told, at=during, status="sent")
    soon = await visit(session, shop, at=END + 2 * HOUR, price=2000)
    for _ in range(2):
        await message(session, shop, soon, at=during, status="pending")
    failed = await visit(session, shop, at=during, price=3000)
    await message(session, shop, failed, at=during, status="failed")
    for at, due, status in (
        (END + 13 * HOUR, during, "confirmed"),  # beyond the horizon
        (END + HOUR, END + MINUTE, "confirmed"),  # not due before it was over
        (END + HOUR, during, "cancelled"),
    ):
        other = await visit(session, shop, at=at, price=9999, status=status)
        await message(session, shop, other, at=due, status="pending")
    await session.execute(
        text("""
            INSERT INTO holds (salon_id, id, expires_at, starts_at, ends_at, price_minor, items)
            SELECT :salon, gen_random_uuid(), at, at, at, 700, '[]'
            FROM unnest(CAST(:at AS timestamptz[])) AS at
        """),
        {"salon": shop.salon_id, "at": [during, END - MINUTE, END + MINUTE]},
    )
    await session.execute(
        text("""
            INSERT INTO metric_points (name, labels, at, step, count, total, least, most, last)
            SELECT 'openchair_http_requests_total', CAST(labels AS jsonb), :at, 60, 3, 3, 1, 1, 1
            FROM unnest(CAST(:labels AS text[])) AS labels
        """),
        {
            "at": during,
            "labels": [
                '{"method":"POST","route":"/salons/{slug}/holds","status":"5xx"}',
                '{"method":"POST","route":"/{slug}/{language}/book/hold","status":"5xx"}',
                '{"method":"POST","route":"/salons/{slug}/holds","status":"2xx"}',
                '{"method":"GET","route":"/console","status":"5xx"}',
            ],
        },
    )
    cost = await cost_of(session, an_incident(resolved_at=END), now=END + 5 * HOUR)
    assert [each.id for each in cost.untold] == [failed, soon]
    assert [(each.count, each.minor) for each in cost.expected] == [(2, 4000)]
    assert [(each.count, each.minor) for each in cost.holds_lost] == [(2, 1400)]
    assert cost.failed_requests == 6
    assert [(each.currency, each.count, each.minor) for each in cost.affected] == [("CHF", 4, 6400)]
    live = await cost_of(session, an_incident(), now=START + 5 * MINUTE)
    assert (live.untold, live.holds_lost, live.affected) == ((), (), ())
    await _on_paper(cost)


async def _on_paper(cost: Cost) -> None:
    incident = an_incident(
        title="Booking [is](http://evil) down",
        acknowledged_at=START + 7 * MINUTE,
        resolved_at=END,
        closed_at=END,
        phase="closed",
        resolution="Restarted | PostgreSQL",
    )
    told = Told(
        incident=incident,
        roles=(),
        entries=(new_entry(incident.id, "note", "<b>looked</b>\n# at it", at=START, author="M*"),),
        cost=cost,
        now=END,
        slower=False,
        link="http://localhost/ops/incidents/7",
    )
    text_ = summary(told)
    assert "Response: due 2026-11-22 03:15 UTC, missed by 2 min" in text_
    assert "Resolution: due 2026-11-22 04:10 UTC, kept at 2026-11-22 04:10 UTC" in text_
    assert "Bookings at risk: 2 (clients not told, until 12 h after the end)" in text_
    assert "Revenue affected: 4 (CHF 64.00)" in text_
    assert "Resolution Time: 1 h 0 min" in text_
    paper = post_incident(told)
    assert "[is](http" not in paper
    assert "\\[is\\]\\(http" in paper
    assert "&lt;b&gt;looked&lt;/b&gt; \\# at it (M\\*)" in paper
    assert "Restarted \\| PostgreSQL" in paper
    assert money(cost.affected[0]) == "CHF 64.00"
    slower = summary(
        Told(
            incident=incident,
            roles=(),
            entries=(),
            cost=cost,
            now=END,
            slower=True,
            link="",
        )
    )
    assert "Response: due 2026-11-22 03:25 UTC, kept" in slower


async def test_an_incident_without_anything_costs_nothing(session: AsyncSession) -> None:
    cost = await cost_of(session, an_incident(), now=START - timedelta(minutes=5))
    assert (cost.affected, cost.failed_requests, cost.until) == ((), 0, START)
