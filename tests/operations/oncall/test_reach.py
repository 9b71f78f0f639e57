"""The communication test reaches everybody really, and the snapshot survives without a database."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts.channels.communication_test import reach_everybody
from openchair.operations.alerts.channels.targets import all_targets
from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.queries import list_contacts
from openchair.operations.oncall.reached import note_reached
from openchair.operations.oncall.snapshot import of_tier, read_snapshot, take_snapshot
from tests.operations.oncall.conftest import acts, add
from tests.sandbox_process import Sandbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def confirm(session: AsyncSession, *columns: str, name: str) -> None:
    for column in columns:
        await session.execute(
            text(f"UPDATE contacts SET {column}_verified_at = now() WHERE name = :name"),  # noqa: S608 -- the names are these tests' own
            {"name": name},
        )
    session.expire_all()


async def test_everybody_and_every_channel(
    session: AsyncSession, anna: Contact, receivers: Sandbox
) -> None:
    await confirm(session, "email", "phone", name=anna.name)
    await add(session, "Stripe", role="Stripe Support", email="support@example.com", phone=None)
    contacts = await list_contacts(session)
    rows = await reach_everybody(contacts, targets=all_targets(), now=NOW)
    assert [(row.who, row.way, row.outcome, row.arrived) for row in rows] == [
        ("alerts", "webhook", "reached", None),
        ("alerts", "slack", "reached", None),
        ("alerts", "email", "reached", True),
        ("alerts", "sms", "reached", None),
        (anna.name, "email", "reached", True),
        (anna.name, "sms", "reached", None),
    ]
    assert all(row.latency_ms is not None and row.latency_ms < 10_000 for row in rows)
    assert "anna@" not in str([row.target for row in rows])
    mails, sms = await receivers.mails(), await receivers.sms()
    assert {each["to"][0] for each in mails} == {"anna@example.org", "ops@example.org"}
    assert {each["to"] for each in sms} == {"+4915112345678", "+491713920000"}
    for words in [each["text"] for each in mails] + [each["body"] for each in sms]:
        assert "test" in words.lower()
    await note_reached(session, rows=rows, by=SYSTEM, now=NOW)
    session.expire_all()
    assert [each.reached_at for each in await list_contacts(session)] == [NOW, None]
    assert await acts(session, of="communication") == [("test", {"reached": 6, "not_reached": []})]


async def test_who_is_not_reached_is_named(
    session: AsyncSession, anna: Contact, receivers: Sandbox
) -> None:
    await confirm(session, "email", name=anna.name)
    await receivers.fault("slack", "error_500")
    for name in ("smtp", "smtp-backup"):
        await receivers.fault(name, "reject")
    rows = await reach_everybody(await list_contacts(session), targets=all_targets(), now=NOW)
    assert [(row.who, row.way, row.outcome) for row in rows] == [
        ("alerts", "webhook", "reached"),
        ("alerts", "slack", "failed"),
        ("alerts", "email", "failed"),
        ("alerts", "sms", "reached"),
        (anna.name, "email", "failed"),
        (anna.name, "sms", "unverified"),
    ]
    assert "contacts verify" in rows[-1].words
    assert rows[-1].latency_ms is None
    assert {each["to"] for each in await receivers.sms()} == {"+491713920000"}, "nothing unasked"
    await note_reached(session, rows=rows, by=SYSTEM, now=NOW)
    [(_, told)] = await acts(session, of="communication")
    assert told["not_reached"][-1] == {"who": anna.name, "way": "sms", "outcome": "unverified"}


async def test_a_server_that_hangs_up_after_the_content_is_not_believed(
    session: AsyncSession, anna: Contact, receivers: Sandbox
) -> None:
    await confirm(session, "email", name=anna.name)
    await receivers.fault("smtp", "lose_after_data")
    rows = await reach_everybody(await list_contacts(session), targets=(), now=NOW)
    assert (rows[0].outcome, rows[0].words.split(":")[0]) == ("reached", "smtp-backup")


async def test_the_snapshot_is_a_file_that_tells_whom_to_call(
    session: AsyncSession, anna: Contact, tmp_path: Path
) -> None:
    await confirm(session, "phone", name=anna.name)
    await add(session, "Ben", role="Incident Commander")
    await add(session, "Owner", role="Business Owner")
    await add(session, "Stripe", role="Stripe Support", email="support@example.com", phone=None)
    await confirm(session, "email", name="Ben")
    path = tmp_path / "contacts.json"
    path.write_bytes(orjson.dumps(await take_snapshot(session)))
    people = read_snapshot(orjson.loads(path.read_bytes()))
    assert [each.name for each in people] == ["Ben", anna.name, "Owner", "Stripe"]
    called = of_tier(people, "technical")
    assert [(each.name, each.email, each.phone) for each in called] == [
        ("Ben", "anna@example.org", None),
        (anna.name, None, "+4915112345678"),
    ]
    assert of_tier(people, "business") == (), "none of the owner's addresses is confirmed"
    assert people[-1].email == "support@example.com"
