import signal
from pathlib import Path

import httpx
from bs4 import BeautifulSoup

from tests.sandbox.conftest import Sandbox, end, launch, letter


def newest(sandbox: Sandbox, to: str) -> int:
    number: int = sandbox.get("/api/mails", to=to).json()["mails"][0]["id"]
    return number


def test_a_mail_is_found_by_its_recipient(sandbox: Sandbox) -> None:
    sandbox.send(letter(to="found@example.org", subject="Привіт 💇"))
    sandbox.send(letter(to="other@example.org"))
    answer = sandbox.get("/api/mails", to="FOUND@example").json()
    assert answer["total"] == 1
    [mail] = answer["mails"]
    assert mail["subject"] == "Привіт 💇"
    assert mail["to"] == ["found@example.org"]
    assert mail["from"] == "Salon <salon@example.org>"
    assert mail["message_id"] == "<1@example.org>"
    assert mail["text"].strip() == "Hello in plain words"
    assert "<h1>Hello</h1>" in mail["html"]
    [file] = mail["attachments"]
    assert file["filename"] == "termin ö.ics"
    assert sandbox.get(file["url"]).content == b"BEGIN:VCALENDAR"
    assert sandbox.get(f"/api/mails/{mail['id']}").json() == mail


def test_the_list_is_newest_first_and_paged(sandbox: Sandbox) -> None:
    for number in range(30):
        sandbox.send(letter(to="paged@example.org", subject=f"Number {number}"))
    first = BeautifulSoup(sandbox.get("/", q="paged@example.org").text, "html.parser")
    subjects = [each.text.strip() for each in first.select(".subject")]
    assert subjects == [f"Number {number}" for number in range(29, 4, -1)]
    older = first.select_one(".pages a")
    assert older is not None
    second = BeautifulSoup(sandbox.get(str(older["href"])).text, "html.parser")
    assert [each.text.strip() for each in second.select(".subject")] == [
        f"Number {number}" for number in range(4, -1, -1)
    ]


def test_each_view_shows_its_part(sandbox: Sandbox) -> None:
    sandbox.send(letter(to="views@example.org"))
    path = f"/mails/{newest(sandbox, 'views@example.org')}"
    assert "<iframe" in sandbox.get(path).text
    assert "Hello in plain words" in sandbox.get(path, view="text").text
    assert "Message-ID: &lt;1@example.org&gt;" in sandbox.get(path, view="source").text
    assert "Salon &lt;salon@example.org&gt;" in sandbox.get(path, view="headers").text
    assert "termin ö.ics" in sandbox.get(path, view="attachments").text
    source = sandbox.get(f"{path}/source")
    assert b"Subject: Hello" in source.content
    assert "attachment" in source.headers["content-disposition"]


def test_a_mails_html_can_run_nothing_and_load_nothing_that_runs(sandbox: Sandbox) -> None:
    sandbox.send(letter(to="evil@example.org", html="<script>alert(1)</script>"))
    number = newest(sandbox, "evil@example.org")
    page = sandbox.get(f"/mails/{number}")
    frame = BeautifulSoup(page.text, "html.parser").find("iframe")
    assert frame is not None
    assert "allow-scripts" not in str(frame["sandbox"])
    assert "allow-same-origin" not in str(frame["sandbox"])
    policy = sandbox.get(f"/mails/{number}/html").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "sandbox" in policy


def test_markup_in_a_subject_is_text(sandbox: Sandbox) -> None:
    sandbox.send(letter(to="markup@example.org", subject="<img src=x onerror=alert(1)>"))
    assert "<img src=x" not in sandbox.get("/", q="markup@example.org").text
    assert "<img src=x" not in sandbox.get(f"/mails/{newest(sandbox, 'markup@example.org')}").text


def test_wildcards_in_a_search_are_letters(sandbox: Sandbox) -> None:
    sandbox.send(letter(to="wild@example.org"))
    assert sandbox.get("/api/mails", to="%").json()["total"] == 0
    assert sandbox.get("/api/mails", to="w_ld").json()["total"] == 0


def test_what_is_not_there_says_so(sandbox: Sandbox) -> None:
    for path in ("/mails/999999", "/mails/999999/html", "/mails/999999/attachments/0"):
        assert sandbox.get(path).status_code == 404
    assert sandbox.get("/api/mails/999999").status_code == 404
    assert sandbox.get("/api/mails", limit="many", before="x").status_code == 200


def test_deleting_asks_first_and_takes_orders_from_its_own_page_only(tmp_path: Path) -> None:
    sandbox = launch(tmp_path)
    sandbox.send(letter())
    assert "Delete 1 mail?" in sandbox.get("/delete-all").text
    url = f"{sandbox.url}/delete-all"
    assert httpx.post(url).status_code == 403
    assert httpx.post(url, headers={"Origin": "https://evil.example"}).status_code == 403
    assert sandbox.get("/api/mails").json()["total"] == 1
    assert httpx.post(url, headers={"Origin": sandbox.url}).status_code == 303
    assert sandbox.get("/api/mails").json()["total"] == 0
    assert "No mail yet" in sandbox.get("/").text
    end(sandbox)


def test_what_it_accepted_survives_a_kill(tmp_path: Path) -> None:
    first = launch(tmp_path)
    for number in range(5):
        first.send(letter(subject=f"Number {number}"))
    end(first)
    second = launch(tmp_path)
    found = second.get("/api/mails").json()["mails"]
    assert [mail["subject"] for mail in found] == [f"Number {number}" for number in (4, 3, 2, 1, 0)]
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(10) == 0


def test_it_keeps_a_bounded_number(tmp_path: Path) -> None:
    sandbox = launch(tmp_path, keep=3)
    for number in range(7):
        sandbox.send(letter(subject=f"Number {number}"))
    found = sandbox.get("/api/mails").json()
    assert found["total"] == 3
    assert [mail["subject"] for mail in found["mails"]] == ["Number 6", "Number 5", "Number 4"]
    end(sandbox)
