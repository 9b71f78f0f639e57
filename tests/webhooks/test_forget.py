from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.webhooks.forget import forget_old
from openchair.webhooks.models import STATES
from openchair.webhooks.outgoing.create import create_endpoint
from openchair.webhooks.outgoing.models import STATES as OUTGOING
from tests.builders import make_salon


async def test_only_what_ended_long_ago_is_forgotten(session: AsyncSession) -> None:
    shop = await make_salon(session)
    made = await create_endpoint(session, salon_id=shop.salon_id, url="https://example.com/")
    for age in (89, 91):
        await session.execute(
            text(
                "INSERT INTO webhook_events"
                " (id, source, provider_event_id, event_type, payload, status, created_at)"
                " SELECT gen_random_uuid(), 'email', status || CAST(:age AS text), 'x', '{}',"
                " status, now() - make_interval(days => CAST(:age AS int))"
                " FROM unnest(CAST(:states AS text[])) AS status"
            ),
            {"age": str(age), "states": list(STATES)},
        )
        await session.execute(
            text(
                "INSERT INTO webhook_messages"
                " (salon_id, id, endpoint_id, event_id, event_type, payload, status, created_at)"
                " SELECT :salon, gen_random_uuid(), :endpoint, status || CAST(:age AS text), 'x',"
                " '{}', status, now() - make_interval(days => CAST(:age AS int))"
                " FROM unnest(CAST(:states AS text[])) AS status"
            ),
            {
                "age": str(age),
                "states": list(OUTGOING),
                "salon": shop.salon_id,
                "endpoint": made.id,
            },
        )
    assert await forget_old(session, days=90) == 5
    assert await forget_old(session, days=90) == 0
    kept = "SELECT array_agg(provider_event_id) FROM webhook_events"
    names = (await session.execute(text(kept))).scalar_one()
    assert [each for each in sorted(names) if each.endswith("91")] == [
        "failed91",
        "processing91",
        "received91",
    ]
