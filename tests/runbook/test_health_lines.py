"""The runbook's lines on health and readiness, as bash runs them; only the host is changed."""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.api.web_process import WebProcess, web_process
from tests.sandbox_process import eventually

HOSTS = ("https://your-site.netlify.app", "https://app.netlify.app")
HEALTH = 'curl -s "https://your-site.netlify.app/.netlify/functions/health"'
WATCH = """
HEALTH_URL="https://your-site.netlify.app/.netlify/functions/health"
RESPONSE=$(curl -s -w "%{http_code}" "$HEALTH_URL")
HTTP_CODE="${RESPONSE: -3}"
BODY="${RESPONSE%???}"

if [ "$HTTP_CODE" != "200" ]; then
  echo "Health check failed: HTTP $HTTP_CODE"
  echo "$BODY" | jq .
else
  STATUS=$(echo "$BODY" | jq -r '.status')
  if [ "$STATUS" != "healthy" ]; then
    echo "Health check warning: $STATUS"
    echo "$BODY" | jq '.checks'
  fi
fi
"""
READY = """
curl -H "Authorization: Bearer $JWT_TOKEN" \\
     -H "X-Correlation-Id: test-$(date +%s)" \\
     https://app.netlify.app/api/ready
"""

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="the runbook's tools are not here"
)


@pytest.fixture
async def web(database: Database, run_folder: Path) -> AsyncIterator[WebProcess]:
    """A web process that has looked round once."""
    with web_process(database_url=database.url, folder=run_folder) as found:

        async def has_looked() -> bool:
            return bash(found, f"{HEALTH} | jq '.checks | length > 9'") == "true"

        await eventually(has_looked, pause=0.2)
        yield found


def bash(web: WebProcess, lines: str, **environment: str) -> str:
    for host in HOSTS:
        lines = lines.replace(host, web.url)
    done = subprocess.run(
        ["/bin/bash", "-c", lines],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return done.stdout.strip()


async def test_the_lines_on_health(web: WebProcess) -> None:
    assert bash(web, f"{HEALTH} | jq '.status'") == '"error"'  # neither mail nor worker run here
    checks = json.loads(bash(web, f"{HEALTH} | jq '.checks'"))
    assert checks["database"]["status"] == "healthy"
    assert json.loads(bash(web, f"{HEALTH} | jq '.checks.queue'"))["details"]["pending"] == 0
    assert json.loads(bash(web, f"{HEALTH} | jq '.checks.smtp'"))["status"] == "error"
    status = f"HEALTH_STATUS=$({HEALTH} | jq -r '.status'); echo \"$HEALTH_STATUS\""
    assert bash(web, status) == "error"
    said = bash(web, WATCH)
    assert said.startswith("Health check warning: error")
    assert json.loads(said.partition("\n")[2]).keys() == checks.keys()


async def test_the_lines_on_readiness(web: WebProcess, database: Database) -> None:
    async with database.transaction() as session:
        token = await issue_token(
            session, role="monitor", salon_id=None, days=1, by=SYSTEM, now=utc_now()
        )
    found = json.loads(bash(web, READY, JWT_TOKEN=token))
    assert found["status"] == "warning"
    assert found["correlation_id"].startswith("test-")
    assert {"database", "smtp", "sms", "storage", "queue", "dlq", "budget"} == found[
        "checks"
    ].keys()
    named = bash(
        web,
        'curl -s -i -H "X-Correlation-Id: test-$(date +%s)" https://app.netlify.app/api/health',
    )
    assert "x-correlation-id: test-" in named.lower()
