"""The words of a notice for Slack and mail, after the runbook's templates."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from openchair.operations.alerts.channels.short import sms_text
from openchair.operations.alerts.channels.webhook import payload
from openchair.operations.alerts.channels.words import (
    MOST_LINES,
    headline,
    lasting,
    mail_subject,
    mail_text,
    slack_text,
)
from tests.operations.alerts.channels.conftest import AT, line, notice


def test_slack_reads_as_in_the_runbook() -> None:
    assert slack_text(notice()).splitlines() == [
        "🚨 [P0] Production Issue",
        "System: OpenChair at localhost:8000",
        "Issue: DatabaseDown: The database refuses connections.",
        "Impact: Nobody can book, change or cancel, and pages that need data do not open.",
        "Started: 2026-11-22 14:30 UTC",
        "Owner: nobody yet",
        "Status: firing for 2 min, nobody has acknowledged it",
        "Next Steps: Look whether PostgreSQL runs: openchair db status",
        "<https://salon.example/ops/alerts>",
    ]


def test_a_mail_reads_as_in_the_runbook() -> None:
    assert mail_subject(notice()) == (
        "[P0] - DatabaseDown: The database refuses connections. - OpenChair at localhost:8000"
    )
    assert mail_text(notice()).splitlines() == [
        "Issue: DatabaseDown: The database refuses connections.",
        "Impact: Nobody can book, change or cancel, and pages that need data do not open.",
        "Started: 2026-11-22 14:30 UTC",
        "Current Status: firing for 2 min, nobody has acknowledged it",
        "Next Steps: Look whether PostgreSQL runs: openchair db status",
        "ETA: not known",
        "Correlation ID: 0123456789abcdef",
        "Runbook: https://salon.example/ops/alerts",
        "",
        "-- ",
        "OpenChair at localhost:8000",
    ]


def test_what_is_over_says_how_long_it_lasted() -> None:
    over = notice(kind="resolved", lines=(line(resolved_at=AT + timedelta(minutes=85)),))
    text = slack_text(over)
    assert "✅ [P0] Resolved" in text
    assert "resolved at 2026-11-22 15:55 UTC, after 1 h 25 min" in text
    assert "Next Steps" not in text
    assert "ETA" not in mail_text(over)


def test_a_test_says_that_nothing_is_wrong() -> None:
    test = notice(kind="test", severity="medium", title="A test")
    for text in (slack_text(test), mail_text(test)):
        assert "[P2]" in text or "A test" in text
        assert "this is a test, nothing is wrong" in text


def test_long_lists_are_cut_and_say_so() -> None:
    many = notice(
        title="14 alerts",
        lines=tuple(line(name=f"Rule{n}", held_back=n) for n in range(14)),
        remarks=[f"remark {n}" for n in range(13)],
    )
    for text in (slack_text(many), mail_text(many)):
        assert text.count("Rule") == MOST_LINES
        assert "and 4 more" in text
        assert "and 3 more" in text
        assert "9 more held back" in text
    hundreds = notice(lines=tuple(line() for _ in range(250)))
    body = payload(hundreds)["data"]
    assert (len(body["alerts"]), body["more_alerts"]) == (100, 150)


def test_slack_calls_nobody_by_what_others_wrote() -> None:
    text = slack_text(notice(lines=(line(summary="<!channel> <https://evil|ours> & more"),)))
    assert "<!channel>" not in text
    assert "&lt;!channel&gt; &lt;https://evil|ours&gt; &amp; more" in text


def test_a_notice_without_alerts() -> None:
    bare = notice(kind="incident", title="The lights are out", lines=())
    for text in (slack_text(bare), mail_text(bare), mail_subject(bare)):
        assert "The lights are out" in text


@given(st.text(max_size=3000))
def test_no_sentence_makes_a_second_line_or_a_long_one(words: str) -> None:
    text = slack_text(notice(lines=(line(summary=words),), title=words, remarks=[words]))
    assert len(text) < 8000
    assert "\n" not in mail_subject(notice(title=words, lines=()))


def test_how_long_in_words() -> None:
    seconds = {0: "0 s", 59: "59 s", 60: "1 min", 3599: "59 min", 11_100: "3 h 5 min", -5: "0 s"}
    assert {each: lasting(timedelta(seconds=each)) for each in seconds} == seconds


def test_a_dead_channel_is_named_wherever_it_is_told() -> None:
    slack, sms = (
        line(name="AlertUndelivered", summary=f"Nobody could be told by {each}: refused.")
        for each in ("slack", "sms")
    )
    one = notice(kind="undelivered", title="AlertUndelivered: alerting", lines=(slack,))
    both = notice(kind="undelivered", title="2 alerts: AlertUndelivered", lines=(slack, sms))
    for write in (mail_subject, mail_text, slack_text, sms_text, headline):
        assert "AlertUndelivered: Nobody could be told by slack: refused" in write(one)
        assert "by slack: refused. Nobody could be told by sms: refused" in write(both)
