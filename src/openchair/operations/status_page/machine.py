"""The status page for machines: `status.json`. Pure; `pages.py` calls it. docs/status-page.md says
what its fields mean.
"""

from datetime import datetime, timedelta

import orjson

from openchair.operations.status_page.history import Outage
from openchair.operations.status_page.view import Facts, uptime_of
from openchair.operations.status_page.words import Speaker, speaker
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings


def describe(facts: Facts, *, now: datetime, name: str) -> bytes:
    """Everything the pages say, in English and with times of RFC 3339."""
    english = speaker("en")
    base = load(InstallationSettings).status_address
    document = {
        "page": {
            "name": name,
            "url": base,
            "checked_at": facts.checked_at,
            "written_at": now,
            "every_seconds": facts.every,
        },
        "status": facts.state,
        "headline": english.headline(facts.judged),
        "components": [
            {
                "key": key,
                "name": english.component(key),
                "status": facts.parts.get(key, "unknown"),
                "since": facts.since.get(key),
                "uptime_percent": _rounded(uptime_of(facts.days[key])),
                "days": [
                    {
                        "day": facts.first_day + timedelta(days=number),
                        "worst": day.worst,
                        "down_seconds": round(day.down_seconds),
                        "watched_seconds": round(day.watched_seconds),
                    }
                    for number, day in enumerate(facts.days[key])
                    if day is not None
                ],
            }
            for key in facts.days
        ],
        "incidents": [_incident(each, english, base=base) for each in facts.outages],
    }
    return orjson.dumps(
        document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
    )


def _incident(outage: Outage, english: Speaker, *, base: str) -> dict[str, object]:
    return {
        "id": outage.id,
        "title": english.title(outage),
        "status": outage.worst,
        "started_at": outage.since,
        "ended_at": outage.until,
        "components": dict(outage.parts),
        "updates": [
            {"at": each.at, "status": each.state, "message": each.words} for each in outage.notes
        ],
        "url": f"{base}/en/incidents/{outage.id}.html",
    }


def _rounded(percent: float | None) -> float | None:
    """Down, so that what was down is never rounded away."""
    return None if percent is None else int(percent * 1000) / 1000
