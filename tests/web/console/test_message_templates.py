"""The pages on which a salon writes its own words: every step without scripts."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import text

from openchair.platform.db.engine import Database
from openchair.web.console import message_samples
from tests.web.console.conftest import House, Seat, Sit, text_of

LIST = "/console/house/templates"
MAIL = {"kind": "booking.reminder", "channel": "email", "language": "en"}
SMS = {"kind": "booking.confirmed", "channel": "sms", "language": "de"}
ACTS = "SELECT user_id, action FROM audit_logs WHERE resource_type = 'message_template'"
OWN = {"subject": "Soon: {{ when }}", "body": "Dear {{ client }},\nbring cake."}


def edit(place: dict[str, str]) -> str:
    return f"{LIST}/edit?{urlencode(place)}"


@pytest.fixture
async def owner(house: House, sit: Sit) -> Seat:
    return await sit(house.people["owner"])


async def rows(database: Database, statement: str) -> list[dict[str, Any]]:
    async with database.transaction() as session:
        return [dict(row) for row in (await session.execute(text(statement))).mappings()]


def field(page: BeautifulSoup, name: str) -> str:
    found = page.select_one(f"#{name}")
    assert isinstance(found, Tag)
    return str(found.get("value", found.get_text()))


async def test_the_list_shows_every_place_and_whose_words_count(
    owner: Seat, database: Database
) -> None:
    page = await owner.page(LIST)
    cells = page.select(".wording-cell")
    assert len(cells) == 4 * 2 * 4
    assert not page.select(".is-own")
    await owner.press(f"{LIST}/edit", **MAIL, **OWN)
    own = (await owner.page(LIST)).select(".is-own")
    assert len(own) == 1
    assert "Reminder, E-mail" in text_of(own[0])
    assert parse_qs(urlsplit(str(own[0]["href"])).query) == {k: [v] for k, v in MAIL.items()}


async def test_one_begins_with_the_built_in_words(owner: Seat) -> None:
    page = await owner.page(edit(MAIL))
    assert field(page, "subject") == "Reminder: {{ when }} · {{ salon }}"
    assert field(page, "body") == "A short reminder of your visit."
    assert "{{ link }}" in text_of(page.select(".variables")[0])
    sms = await owner.page(edit(SMS))
    assert sms.select_one("#subject") is None
    assert field(sms, "body").startswith("{{ salon }}: Gebucht: {{ when }}")


async def test_saving_and_undoing(owner: Seat, database: Database) -> None:
    answer = await owner.press(f"{LIST}/edit", **MAIL, **OWN)
    assert answer.status_code == 303
    page = await owner.page(answer.headers["location"])
    assert field(page, "body") == OWN["body"]
    toast = page.select(".toast")[0]
    assert "Clients read it from now on" in text_of(toast)
    at = str(toast.select("input[name=at]")[0]["value"])
    answer = await owner.press(f"{LIST}/undo", **MAIL, at=at)
    page = await owner.page(answer.headers["location"])
    assert "The earlier words count again" in text_of(page.select(".toast")[0])
    assert field(page, "body") == "A short reminder of your visit."
    assert await rows(database, "SELECT * FROM message_templates") == []


async def test_our_own_words_saved_unchanged_stay_ours(owner: Seat, database: Database) -> None:
    page = await owner.page(edit(MAIL))
    ours = {"subject": field(page, "subject"), "body": field(page, "body")}
    answer = await owner.press(f"{LIST}/edit", **MAIL, **ours)
    assert answer.status_code == 303
    assert "did" not in answer.headers["location"]
    assert await rows(database, "SELECT * FROM message_templates") == []
    assert await rows(database, ACTS) == []


async def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(
    owner: Seat, database: Database
) -> None:
    answer = await owner.press(
        f"{LIST}/edit", **MAIL, subject="Hi {{ nobody }}", body="one\n{{ clinet }}\n{{ client"
    )
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert "There is nothing called “nobody”" in text_of(page.select("#subject-wrong")[0])
    told = text_of(page.select("#body-wrong")[0])
    assert "Line 2: There is nothing called “clinet”. You can use: client, salon, when" in told
    assert "Line 3: Double braces belong on both sides" in told
    assert field(page, "body") == "one\n{{ clinet }}\n{{ client"
    assert page.select("#body")[0]["aria-describedby"] == "body-wrong"
    assert await rows(database, "SELECT * FROM message_templates") == []


async def test_going_back_is_shown_first_and_done_when_confirmed(
    owner: Seat, database: Database
) -> None:
    await owner.press(f"{LIST}/edit", **MAIL, **OWN)
    asked = await owner.press(f"{LIST}/reset", **MAIL)
    assert asked.status_code == 200
    assert "A short reminder of your visit." in asked.text
    assert len(await rows(database, "SELECT * FROM message_templates")) == 1
    answer = await owner.press(f"{LIST}/reset", **MAIL, sure="yes")
    page = await owner.page(answer.headers["location"])
    assert "The built-in words count again" in text_of(page.select(".toast")[0])
    assert await rows(database, "SELECT * FROM message_templates") == []
    assert "bring cake" in text_of(page.select(".editor-history")[0])


def version_in(page: BeautifulSoup) -> str:
    return str(page.select("#words input[name=version]")[0]["value"])


async def test_of_two_tabs_the_second_is_asked_and_loses_nothing(
    owner: Seat, house: House, sit: Sit, database: Database
) -> None:
    other = await sit(house.people["manager"])
    mine, theirs = [version_in(await seat.page(edit(MAIL))) for seat in (owner, other)]
    assert mine == theirs
    first = await other.press(f"{LIST}/edit", **MAIL, **OWN, version=theirs)
    assert first.status_code == 303
    typed = {"subject": "Late: {{ when }}", "body": "Please be on time."}
    answer = await owner.press(f"{LIST}/edit", **MAIL, **typed, version=mine)
    assert answer.status_code == 409
    page = BeautifulSoup(answer.text, "html.parser")
    told = text_of(page.select("[role=alert]")[0])
    assert "somebody has saved other words" in told
    assert "Dear {{ client }}, bring cake." in told
    assert (field(page, "subject"), field(page, "body")) == (typed["subject"], typed["body"])
    assert [row["body"] for row in await rows(database, "SELECT body FROM message_templates")] == [
        OWN["body"]
    ]
    asked = await owner.press(f"{LIST}/edit", **MAIL, **typed, version=version_in(page))
    assert asked.status_code == 303
    assert [row["body"] for row in await rows(database, "SELECT body FROM message_templates")] == [
        typed["body"]
    ]


async def test_a_mistake_or_a_sample_in_between_hides_no_newer_words(owner: Seat) -> None:
    opened = version_in(await owner.page(edit(MAIL)))
    await owner.press(f"{LIST}/edit", **MAIL, **OWN, version=opened)
    wrong = await owner.press(
        f"{LIST}/edit", **MAIL, subject="x", body="{{ clinet }}", version=opened
    )
    assert version_in(BeautifulSoup(wrong.text, "html.parser")) == opened
    form = {"subject": "x", "body": "y", "recipient": "owner@house.example", "version": opened}
    tried = await owner.press(f"{LIST}/try", **MAIL, **form)
    assert version_in(BeautifulSoup(tried.text, "html.parser")) == opened


async def test_going_back_and_undoing_ask_as_well(owner: Seat, database: Database) -> None:
    opened = version_in(await owner.page(edit(MAIL)))
    await owner.press(f"{LIST}/edit", **MAIL, **OWN, version=opened)
    asked = await owner.press(f"{LIST}/reset", **MAIL, version=opened)
    assert f'name="version" value="{opened}"' in asked.text
    answer = await owner.press(f"{LIST}/reset", **MAIL, version=opened, sure="yes")
    assert answer.status_code == 409
    assert "Mine, as they stand below" not in answer.text
    at = str(BeautifulSoup(answer.text, "html.parser").select("input[name=at]")[0]["value"])
    undone = await owner.press(f"{LIST}/undo", **MAIL, at=at, version=opened)
    assert undone.status_code == 409
    assert len(await rows(database, "SELECT * FROM message_templates")) == 1


async def test_the_preview_is_the_real_message_in_a_frame_where_nothing_runs(owner: Seat) -> None:
    body = "Dear {{ client }}, <script>alert(1)</script>"
    answer = await owner.press(f"{LIST}/preview", **MAIL, subject="Soon: {{ time }}", body=body)
    assert answer.status_code == 200
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    page = BeautifulSoup(answer.text, "html.parser")
    assert "Soon: 14:30" in text_of(page.select(".shown-head")[0])
    frame = page.select("iframe")[0]
    assert frame.has_attr("sandbox")
    assert not frame["sandbox"]  # nothing is allowed
    mail = BeautifulSoup(str(frame["srcdoc"]), "html.parser")
    assert "Dear Anna Muster, <script>alert(1)</script>" in text_of(mail)
    assert "See you tomorrow" in text_of(mail)
    assert mail.select("script") == []


async def test_the_preview_counts_an_sms(owner: Seat) -> None:
    answer = await owner.press(f"{LIST}/preview", **SMS, body="Hallo {{ client }}")
    page = text_of(BeautifulSoup(answer.text, "html.parser"))
    assert "Hallo Anna Muster" in page
    assert "17 characters · 1 SMS" in page
    wide = await owner.press(f"{LIST}/preview", **SMS, body="Привіт " * 20)
    said = text_of(BeautifulSoup(wide.text, "html.parser"))
    assert "139 characters · 3 SMS" in said
    assert "only 70 characters fit" in said


async def test_the_preview_says_what_is_wrong_too(owner: Seat) -> None:
    answer = await owner.press(f"{LIST}/preview", **SMS, body="{{ clinet }}")
    assert "There is nothing called “clinet”" in answer.text
    assert "<iframe" not in answer.text


async def test_a_sample_goes_to_oneself_once_a_click(owner: Seat, database: Database) -> None:
    page = await owner.page(edit(MAIL))
    click = str(page.select("input[name=click]")[0]["value"])
    recipient = field(page, "recipient")
    assert recipient == "owner@house.example"
    form = {**MAIL, **OWN, "click": click, "recipient": recipient}
    for _ in range(2):
        answer = await owner.press(f"{LIST}/try", **form)
        assert answer.status_code == 200
        assert "On its way to owner@house.example" in answer.text
    sent = await rows(database, "SELECT kind, recipient, data FROM notifications")
    assert [(row["kind"], row["recipient"]) for row in sent] == [
        ("booking.sample", "owner@house.example")
    ]
    assert sent[0]["data"]["own"]["body"] == OWN["body"]
    assert await rows(database, "SELECT * FROM message_templates") == []
    acts = await rows(database, ACTS)
    assert [row["action"] for row in acts] == ["send_sample"]
    assert isinstance(acts[0]["user_id"], UUID)


async def test_who_goes_back_and_changes_a_word_gets_another_sample(
    owner: Seat, database: Database
) -> None:
    form = {**MAIL, **OWN, "click": "1", "recipient": "owner@house.example"}
    for changed in ({}, {"body": "Other"}, {"recipient": "b@house.example"}, {}):
        await owner.press(f"{LIST}/try", **{**form, **changed})
    assert len(await rows(database, "SELECT id FROM notifications")) == 3
    assert len(await rows(database, ACTS)) == 3


async def test_two_clicks_at_the_same_moment_are_one(owner: Seat, database: Database) -> None:
    form = {**MAIL, **OWN, "click": "1", "recipient": "owner@house.example"}
    answers = await asyncio.gather(*(owner.press(f"{LIST}/try", **form) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(await rows(database, "SELECT id FROM notifications")) == 1
    assert len(await rows(database, ACTS)) == 1


@pytest.mark.parametrize(
    "place, recipient, sentence",
    [
        (MAIL, "nobody", "This e-mail address does not look right"),
        (SMS, "12", "This phone number does not look right"),
    ],
)
async def test_a_sample_to_no_address_is_refused_beside_the_field(
    owner: Seat, database: Database, place: dict[str, str], recipient: str, sentence: str
) -> None:
    answer = await owner.press(f"{LIST}/try", **place, **OWN, click="1", recipient=recipient)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert sentence in text_of(page.select("#recipient-wrong")[0])
    assert field(page, "recipient") == recipient
    assert await rows(database, "SELECT * FROM notifications") == []


async def test_a_number_is_read_as_one_of_the_salons_country(
    owner: Seat, database: Database
) -> None:
    await owner.press(f"{LIST}/try", **SMS, body="Hi", click="1", recipient="079 123 45 67")
    [row] = await rows(database, "SELECT channel, recipient FROM notifications")
    assert (row["channel"], row["recipient"]) == ("sms", "+41791234567")


async def test_samples_are_limited(owner: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_samples, "SAMPLES_AN_HOUR", 2)
    form = {**MAIL, **OWN, "recipient": "owner@house.example"}
    answers = [await owner.press(f"{LIST}/try", **form, click=str(each)) for each in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Those were many samples" in answers[-1].text


@pytest.mark.parametrize(
    "place",
    [
        {},
        {**MAIL, "language": "fr"},
        {**MAIL, "channel": "fax"},
        {**MAIL, "kind": "customers.notice"},
    ],
)
async def test_what_is_no_place_leads_back_to_the_list(owner: Seat, place: dict[str, str]) -> None:
    assert (await owner.client.get(edit(place))).headers["location"] == LIST
    for verb in ("edit", "reset", "undo", "preview", "try"):
        answer = await owner.press(f"{LIST}/{verb}", **place, **OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, LIST)


async def test_an_undo_of_nothing_changes_nothing(owner: Seat, database: Database) -> None:
    for at in ("", "yesterday", "2026-01-01T00:00:00+00:00", "2026-01-01"):
        answer = await owner.press(f"{LIST}/undo", **MAIL, at=at)
        assert answer.status_code == 303
        assert "did" not in answer.headers["location"]
    assert await rows(database, ACTS) == []


# ------------------------------------------------------------------ quiet hours

POLICY = "/console/house/message-policy"


async def test_quiet_hours_are_told_in_words_saved_and_undone(
    owner: Seat, database: Database
) -> None:
    page = await owner.page(POLICY)
    assert "Between 21:00 and 08:00" in text_of(page.select(".meaning")[0])
    wish = {"quiet_from": "20:30", "quiet_until": "09:00", "sms_reminders": "yes"}
    shown = await owner.press(POLICY, **wish, show="yes")
    assert "Between 20:30 and 09:00" in shown.text
    assert "reminded both ways" in shown.text
    assert await rows(database, "SELECT * FROM message_policies") == []
    answer = await owner.press(POLICY, **wish)
    page = await owner.page(answer.headers["location"])
    [row] = await rows(database, "SELECT * FROM message_policies")
    assert (row["quiet_from_minute"], row["quiet_until_minute"]) == (1230, 540)
    assert row["sms_reminders"]
    undo = {
        str(each["name"]): str(each["value"])
        for each in page.select(".toast input[type=hidden]")
        if each["name"] != "csrf"
    }
    await owner.press(POLICY, **undo)
    [row] = await rows(database, "SELECT * FROM message_policies")
    assert (row["quiet_from_minute"], row["sms_reminders"]) == (1260, False)


async def test_never_quiet_is_said_so(owner: Seat) -> None:
    shown = await owner.press(POLICY, quiet_from="10:00", quiet_until="10:00", show="yes")
    assert "Messages go out at any hour." in shown.text


async def test_what_is_no_time_is_refused_beside_its_field(owner: Seat, database: Database) -> None:
    for wrong in ("", "25:00", "noon", "24:00"):
        answer = await owner.press(POLICY, quiet_from="21:00", quiet_until=wrong)
        assert answer.status_code == 422
        page = BeautifulSoup(answer.text, "html.parser")
        assert "Please choose a time of day" in text_of(page.select("#quiet_until-wrong")[0])
    assert await rows(database, "SELECT * FROM message_policies") == []
