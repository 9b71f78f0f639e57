"""Each page shows what is there, leads on to what is behind it, and does what its buttons say."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from openchair.operations.alerts.models import AlertAttemptRow, AlertSilenceRow
from openchair.operations.incidents.models import IncidentRow
from openchair.operations.metrics.models import MetricPointRow
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.metrics import catalogue
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.web.ops.plots import plot
from openchair.web.ops.series import Series
from openchair.webhooks.models import WebhookEvent
from tests.builders import make_salon
from tests.notifications.dead_letters.letters import fail
from tests.web.ops.conftest import Sit, acts_of, add_alert, text_of

# ---------------------------------------------------------------- alerts


async def test_an_alert_tells_what_to_do_and_who_was_told(sit: Sit, database: Database) -> None:
    alert_id = await add_alert(database)
    async with database.transaction() as session:
        session.add(
            AlertAttemptRow(
                id=new_id(),
                notice_id=new_id(),
                kind="firing",
                channel="slack",
                target="hooks.slack.com/…",
                severity="high",
                title="MailDown: smtp",
                outcome="failed",
                error="410: no such hook",
                duration_ms=31,
                alert_ids=[str(alert_id)],
            )
        )
    seat = await sit()
    listed = await seat.page("/ops/alerts")
    assert listed.select_one(f'a[href="/ops/alerts/{alert_id}"]') is not None
    words = text_of(await seat.page(f"/ops/alerts/{alert_id}"))
    assert "No mail server takes our mail. Mails wait; none is lost." in words
    assert "openchair test email config" in words
    assert "410: no such hook" in words
    assert "410: no such hook" in text_of(await seat.page("/ops/attempts?outcome=failed"))
    assert "410" not in text_of(await seat.page("/ops/attempts?outcome=sent"))


async def test_lists_turn_their_pages(sit: Sit, database: Database) -> None:
    for number in range(52):
        await add_alert(database, name=f"Rule{number}", component="x", severity="low")
    seat = await sit()
    first = await seat.page("/ops/alerts")
    links = [str(link["href"]) for link in first.select(".rows a")]
    assert len(links) == 50
    older = first.select(".turn a")[-1]
    second = await seat.page(str(older["href"]))
    rest = [str(link["href"]) for link in second.select(".rows a")]
    assert len(rest) == 2
    assert not set(rest) & set(links)
    assert second.select_one('.turn a[href="/ops/alerts?which=open"]') is not None


@pytest.mark.parametrize(
    "address",
    [
        "/ops/alerts?before=x",
        "/ops/alerts?which=x",
        "/ops/messages?after=x~y",
        "/ops/messages?after=2026-01-01~0",
        "/ops/incidents?before=-1",
        "/ops/incidents/99999999999999999999999",
        "/ops/logs?before=yesterday",
        "/ops/logs/story?id=%22%3E",
        "/ops/plots?range=9y",
        "/ops/dead-letters/list?type=x",
    ],
)
async def test_an_address_that_makes_no_sense_is_refused(address: str, sit: Sit) -> None:
    assert (await (await sit()).client.get(address)).status_code in {404, 422}


async def test_who_is_told_is_explained_by_rule(sit: Sit) -> None:
    seat = await sit()
    rules = await seat.page("/ops/rules")
    assert rules.select_one('a[href="/ops/rules?name=MailDown"]') is not None
    words = text_of(await seat.page("/ops/rules?name=MailDown"))
    for channel in ("webhook", "slack", "sms", "email"):
        assert channel in words
    await seat.page("/ops/rules?name=Nothing", status=404)


async def test_a_silence_has_a_reason_and_an_end_and_can_be_ended(
    sit: Sit, database: Database
) -> None:
    seat = await sit()
    refused = await seat.press("/ops/silences", hours="4", reason="planned work")
    assert refused.status_code == 422
    assert "Everything at once cannot be silenced" in refused.text
    assert 'value="planned work"' in refused.text
    assert (await seat.press("/ops/silences", name="MailDown", hours="4")).status_code == 422
    assert (
        await seat.press("/ops/silences", name="MailDown", reason="x", hours="9999")
    ).status_code == 422
    made = await seat.press("/ops/silences", name="MailDown", hours="4", reason="planned work")
    assert made.status_code == 303
    async with database.transaction() as session:
        row = (await session.scalars(select(AlertSilenceRow))).one()
    assert row.ends_at - row.starts_at == timedelta(hours=4)
    page = await seat.page("/ops/silences")
    assert "planned work" in text_of(page)
    await seat.press(f"/ops/silences/{row.id}/end")
    assert "over" in text_of(await seat.page("/ops/silences"))
    assert len(await acts_of(database, "alert_silence.end")) == 1


# ---------------------------------------------------------------- incidents


async def test_an_incident_from_its_opening_to_its_end(sit: Sit, database: Database) -> None:
    seat = await sit()
    empty = await seat.press("/ops/incidents", description=" ", impact="x", severity="1")
    assert empty.status_code == 422
    opened = await seat.press(
        "/ops/incidents",
        description="Mails do not go out",
        impact="Clients wait for confirmations.",
        severity="1",
        scenario="other",
        public="1",
    )
    place = opened.headers["location"]
    words = text_of(await seat.page(place))
    assert "SEV-1 · detection · public" in words
    assert "Take it on until" in words
    await seat.press(f"{place}/acknowledge")
    words = text_of(await seat.page(place))
    assert "commander Lena Brunner" in words
    await seat.press(f"{place}/update", message="The provider knows.", public="1")
    await seat.press(f"{place}/note", words="Asked for <b>more</b>.")
    await seat.press(f"{place}/role", role="scribe", name="Ben")
    await seat.press(f"{place}/phase", phase="recovery")
    wrong = await seat.press(f"{place}/phase", phase="triage")
    assert wrong.status_code == 422
    assert "After recovery comes" in wrong.text
    page = await seat.page(place)
    words = text_of(page)
    assert "The provider knows." in words
    assert "Production Issue was told by" in words
    assert "Incident Update was told by" in words
    assert "Asked for <b>more</b>." in words
    assert "Ben is scribe now." in words
    await seat.press(f"{place}/resolve", resolution="The provider mended it.")
    words = text_of(await seat.page(place))
    assert "The provider mended it." in words
    await seat.press(f"{place}/reopen", reason="It came back.")
    async with database.transaction() as session:
        row = (await session.scalars(select(IncidentRow))).one()
    assert row.phase != "closed"
    assert f"/ops/incidents/{row.number}" in str(await seat.page("/ops/incidents?which=open"))


# ---------------------------------------------------------------- messages and webhooks


async def test_what_waits_is_counted_with_its_age_and_leads_to_the_messages(
    sit: Sit, database: Database
) -> None:
    async with database.transaction() as session:
        shop = await make_salon(session, slug="house")
        await fail(session, shop.salon_id, words="421 busy")
    seat = await sit()
    causes = await seat.page("/ops/dead-letters")
    assert "421 busy" in text_of(causes)
    behind = causes.select_one(".card-head a")
    assert behind is not None
    letters = await seat.page(str(behind["href"]))
    letter = letters.select_one("tbody a")
    assert letter is not None
    single = await seat.page(str(letter["href"]))
    story = single.select_one('a[href^="/ops/messages/"]')
    assert story is not None
    await seat.page(str(story["href"]))
    done = await seat.press("/ops/dead-letters/redrive", type="timeout", channel="email")
    assert done.headers["location"] == "/ops/dead-letters"
    assert "Being sent again" in text_of(await seat.page("/ops/dead-letters"))
    assert len(await acts_of(database, "dead_letter.redrive_begin")) == 1
    again = await seat.press("/ops/dead-letters/redrive", type="timeout", channel="email")
    assert again.status_code == 409


async def test_no_page_shows_a_clients_whole_address(sit: Sit, database: Database) -> None:
    async with database.transaction() as session:
        shop = await make_salon(session, slug="house")
        await fail(session, shop.salon_id)
    seat = await sit()
    for address in ("/ops/dead-letters", "/ops/dead-letters/list", "/ops/messages"):
        page = text_of((await seat.page(address)).select_one("main"))
        assert "…@" in page or address == "/ops/dead-letters"
        for word in page.split():
            assert "@" not in word or word.startswith(f"{word[0]}…@"), word


async def test_an_owner_sends_again_and_stops(sit: Sit, database: Database) -> None:
    async with database.transaction() as session:
        shop = await make_salon(session, slug="house")
        for _ in range(3):
            await fail(session, shop.salon_id)
    seat = await sit("owner")
    assert "Send 3 again" in text_of(await seat.page("/ops"))
    assert (await seat.press("/ops/help/send")).headers["location"] == "/ops?done=sending"
    assert "Stop sending" in text_of(await seat.page("/ops"))
    await seat.press("/ops/help/stop")
    assert "Send 3 again" in text_of(await seat.page("/ops?done=stopped"))


async def test_a_failed_webhook_is_replayed(sit: Sit, database: Database) -> None:
    webhook_id = new_id()
    async with database.transaction() as session:
        session.add(
            WebhookEvent(
                id=webhook_id,
                source="stripe",
                provider_event_id="evt_1",
                event_type="payment_intent.succeeded",
                payload={},
                status="failed",
                error_message="the handler failed",
                next_attempt_at=None,
            )
        )
    seat = await sit()
    page = await seat.page("/ops/webhooks?status=failed")
    assert "the handler failed" in text_of(page)
    done = await seat.press(
        f"/ops/webhooks/{webhook_id}/replay", back="/ops/webhooks?status=failed"
    )
    assert done.headers["location"] == "/ops/webhooks?status=failed"
    assert "the handler failed" not in text_of(await seat.page("/ops/webhooks?status=failed"))
    assert len(await acts_of(database, "webhook.replay")) == 1


async def test_budgets_of_every_salon(sit: Sit, database: Database) -> None:
    async with database.transaction() as session:
        await make_salon(session, slug="house")
    page = await (await sit()).page("/ops/budgets")
    assert len(page.select("tbody tr")) == 2


# ---------------------------------------------------------------- logs


async def test_the_log_is_searched_and_leads_to_the_story(sit: Sit) -> None:
    folder = load(InstallationSettings).home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "opstest.log"
    now = utc_now()
    lines = [
        f'{{"event":"line {number}","level":"{"error" if number == 7 else "info"}",'
        f'"logger":"openchair.x","correlation_id":"abc-{number}",'
        f'"timestamp":"{(now - timedelta(seconds=100 - number)).isoformat()}"}}'
        for number in range(100)
    ]
    file.write_text("\n".join(lines) + "\n")
    try:
        seat = await sit()
        page = await seat.page("/ops/logs?name=opstest")
        events = [each.get_text() for each in page.select(".log-event")]
        assert events == [f"line {number}" for number in range(99, 49, -1)]
        older = page.select(".turn a")[-1]
        page = await seat.page(str(older["href"]))
        assert page.select(".log-event")[0].get_text() == "line 49"
        bad = await seat.page("/ops/logs?name=opstest&level=error")
        assert [each.get_text() for each in bad.select(".log-event")] == ["line 7"]
        link = bad.select_one(".log a")
        assert link is not None
        assert "line 7" in text_of(await seat.page(str(link["href"])))
        assert "line 7" in text_of(await seat.page("/ops/logs/errors?since=1h"))
    finally:
        file.unlink()


# ---------------------------------------------------------------- plots


async def test_a_plot_is_a_picture_and_the_table_it_was_drawn_from(
    sit: Sit, database: Database
) -> None:
    minute = utc_now().replace(second=0, microsecond=0)
    async with database.transaction() as session:
        for ago, total in ((3, 120.0), (2, 60.0), (1, 30.0)):
            session.add(
                MetricPointRow(
                    name=catalogue.HTTP_REQUESTS.name,
                    labels='{"method": "GET", "route": "/x", "status": "2xx"}',
                    step=60,
                    at=minute - timedelta(minutes=ago),
                    count=int(total),
                    total=total,
                    least=1,
                    most=1,
                    last=1,
                    buckets=None,
                )
            )
    page = await (await sit()).page("/ops/plots?range=1h")
    figure = page.select_one("#requests")
    assert figure is not None
    assert figure.select_one("polyline") is not None
    values = [float(str(cell["data-value"])) for cell in figure.select("tbody td")]
    assert values == [0.5, 1.0, 2.0]
    assert "0 %" in text_of(page.select_one("#error-rate"))
    assert "Nothing was observed" in text_of(page.select_one("#outbound"))


def test_a_plot_stays_within_its_picture() -> None:
    until = utc_now()
    since = until - timedelta(hours=1)
    values = {since + timedelta(minutes=number): float(number) for number in range(60)}
    drawn = plot(
        "x", "X", "ms", [Series(name="a", values=values)], since=since, until=until, limit=40
    )
    heights = [float(each.split(",")[1]) for each in drawn.pictures[0].points.split()]
    assert min(heights) >= 0
    assert max(heights) <= 100
    assert drawn.limit_y is not None
    assert drawn.rows[0][1] == (59.0,)
    gap = plot("x", "X", "ms", [], since=since, until=until)
    assert (gap.rows, gap.pictures) == ((), ())
