from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import SYSTEM, Actor, audit_values, record
from openchair.platform import correlation
from openchair.platform.ids import new_id


async def test_acts_on_a_thing_are_read_back_the_last_first(session: AsyncSession) -> None:
    salon, thing, user = new_id(), new_id(), new_id()
    actors = [Actor("client"), Actor("user", user, "203.0.113.7", "Browser 1"), SYSTEM]
    for number, actor in enumerate(actors):
        await record(
            session,
            actor=actor,
            action=f"act {number}",
            resource_type="booking",
            resource_id=thing,
            salon_id=salon,
            metadata={"before": number, "after": number + 1},
        )
    acts = await list_acts(session, salon_id=salon, resource_type="booking", resource_id=thing)
    assert [(act.action, act.actor, act.user_id) for act in acts] == [
        ("act 2", "system", None),
        ("act 1", "user", user),
        ("act 0", "client", None),
    ]
    assert acts[1].metadata == {"before": 1, "after": 2, "user_agent": "Browser 1"}
    elsewhere = await list_acts(
        session, salon_id=new_id(), resource_type="booking", resource_id=thing
    )
    assert elsewhere == []


def test_a_row_carries_the_correlation_id() -> None:
    token = correlation.adopt("a-well-formed-id")
    try:
        values = audit_values(
            actor=SYSTEM,
            action="a",
            resource_type="b",
            resource_id="c",
            salon_id=None,
            metadata={},
        )
    finally:
        correlation.release(token)
    assert values["correlation_id"] == "a-well-formed-id"
    assert values["resource_id"] == "c"
