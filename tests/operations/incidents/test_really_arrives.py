"""Escalation over real channels: what somebody on call gets by mail and SMS from the sandbox, also
while PostgreSQL refuses.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openchair.operations.alerts.watch import TickResult
from openchair.operations.health.context import WatchContext
from openchair.operations.incidents.incident_file import read_incidents
from openchair.operations.incidents.watch import tick
from openchair.operations.incidents.watched import IncidentMemory
from openchair.operations.oncall.snapshot import OnCall
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from tests.operations.alerts.channels.conftest import (  # noqa: F401
    alert_sandbox,
    receivers,
)
from tests.operations.incidents.scene import TEN_PAST_THREE, alert
from tests.sandbox_process import Sandbox

EVA, EVAS_PHONE = "eva@example.org", "+491713920007"


@pytest.fixture
async def refusing() -> AsyncIterator[Database]:
    """A PostgreSQL that is not there."""
    found = Database("postgresql://127.0.0.1:1/none", pool_size=1)
    yield found
    await found.close()


async def test_whoever_is_on_call_really_gets_it_though_the_database_refuses(
    receivers: Sandbox,  # noqa: F811
    refusing: Database,
    tmp_path: Path,
) -> None:
    eva = OnCall(
        id=new_id(),
        name="Eva <!here>",
        role="Technical Lead",
        tier="technical",
        rank=1,
        email=EVA,
        phone=EVAS_PHONE,
        url=None,
    )
    memory = IncidentMemory()
    memory.contacts = (
        {name: getattr(eva, name) for name in eva.__dataclass_fields__} | {"id": str(eva.id)},
    )
    memory.is_loaded = True
    given = alert("LoginAnomaly", severity="high")
    watch = WatchContext(
        database=refusing,
        database_alive=True,  # as it seemed a moment ago
        now=TEN_PAST_THREE,
        every=15.0,
        folder=tmp_path,
    )
    result = TickResult(
        fired=[given], resolved=(), open_alerts=[given], notices=(), attempts=(), is_storm=False
    )
    found = await tick(watch, alerts=result, memory=memory)
    assert [each.scenario for each in found.open_incidents] == ["security"]
    (mail,) = await receivers.mails(to=EVA)
    assert mail["subject"].startswith("[P1] - Escalation: Something tries to get in - Incident")
    for words in ("Impact: Not known yet", "Current Status: detection", "openchair incidents ack"):
        assert words in mail["text"]
    texts = (await receivers.client.get("/api/sms", params={"to": EVAS_PHONE})).json()["sms"]
    assert [each["to"] for each in texts] == [EVAS_PHONE]
    assert "ESCALATION" in texts[0]["body"]
    slack = (await receivers.client.get("/api/slack")).text
    assert "Escalation" in slack
    assert "<!here>" not in slack
    (kept,) = read_incidents(tmp_path).watched
    assert (kept.base, kept.incident.escalation_step) == (None, 1)
    said = [each.words for each in read_incidents(tmp_path).entries if each.kind == "escalation"]
    assert any("was called by email" in each for each in said), said
