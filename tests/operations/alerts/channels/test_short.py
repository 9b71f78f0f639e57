"""One SMS: never longer than one segment, and what matters stands first."""

from hypothesis import given
from hypothesis import strategies as st

from openchair.notifications.providers.sms.segments import count_segments, is_gsm
from openchair.operations.alerts.catalogue import builtin_rules
from openchair.operations.alerts.channels.short import gsm, sms_text, width
from openchair.operations.alerts.notice import Facts, Notice
from tests.operations.alerts.channels.conftest import AT, line, notice


def test_all_of_it_where_it_fits() -> None:
    assert sms_text(notice()) == (
        "[P0] DatabaseDown: The database refuses connections since 14:30 UTC"
        " https://salon.example/ops/alerts OpenChair at localhost:8000"
    )


def test_the_worst_comes_first_and_the_others_are_counted() -> None:
    lines = (line(severity="low", name="Small"), line(name="Big"), line(name="Other"))
    assert sms_text(notice(lines=lines)).startswith("[P0] Big: The database refuses connections")
    assert " +2 more since" in sms_text(notice(lines=lines))


def test_what_is_long_is_cut_and_keeps_the_count() -> None:
    lines = (line(summary="x" * 400), line())
    text = sms_text(notice(lines=lines))
    assert text.startswith("[P0] DatabaseDown: xxx")
    assert text.endswith("x... +1 more")
    assert width(text) == 160, "brackets take two places each"


def test_a_dead_database_leaves_room_for_when_and_where() -> None:
    words = "The database refuses: the database system is shutting down."
    meaning = builtin_rules()["DatabaseDown"].meaning
    text = sms_text(notice(lines=(line(summary=f"{words} {meaning}"),)))
    assert text.endswith("wait since 14:30 UTC https://salon.example/ops/alerts")


def test_letters_that_no_sms_has() -> None:
    assert gsm("Žofie – “ok” ≥ 5…\n💥 ñ €") == 'Zofie - "ok" >= 5... ? ñ €'


@given(st.text(max_size=500), st.text(max_size=60), st.integers(0, 3))
def test_one_segment_whatever_it_says(summary: str, name: str, more: int) -> None:
    lines = tuple(line(summary=summary, name=name) for _ in range(1 + more))
    text = sms_text(notice(lines=lines, title=summary))
    assert is_gsm(text)
    assert count_segments(text) == 1
    assert "\n" not in text
    assert text.startswith("[P0] ")


def test_the_end_of_an_incident_does_not_read_as_a_new_one() -> None:
    told = {heading: sms_text(of_incident(heading)) for heading in ("Resolved", "Incident Update")}
    assert told["Resolved"].startswith("[P0] RESOLVED The database does not answer - INC-7")
    assert told["Incident Update"].startswith("[P0] INCIDENT UPDATE The database")
    assert sms_text(of_incident("Status Update Due")).startswith("[P0] STATUS UPDATE DUE The")


def of_incident(heading: str) -> Notice:
    facts = Facts(heading=heading, impact="Nobody can book.", started_at=AT, status="recovery")
    title = "The database does not answer - INC-7"
    return notice(kind="incident", lines=(), title=title, facts=facts)
