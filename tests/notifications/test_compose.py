from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from openchair.notifications.providers.email.compose import compose, header_text
from openchair.notifications.providers.provider import Outgoing
from openchair.notifications.rendering import Attachment, Rendered

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CALENDAR = Attachment(
    filename="salon.ics",
    content_type="text/calendar; method=REQUEST; charset=utf-8",
    content="BEGIN:VCALENDAR\r\nX:Привіт\r\nEND:VCALENDAR\r\n".encode(),
)


def mail(*, recipient: str = "anna@example.org", **more: Any) -> EmailMessage:
    given: dict[str, Any] = {
        "subject": "Дзень 💇 " + "long " * 30,
        "text": "Zażółć\n" * 300,
        "html": "<p>Привіт</p>",
        "sender_name": "Schnittwerk, „Your Style“",
        "reply_to": "hallo@schnittwerk.example",
        "attachments": (CALENDAR,),
        **more,
    }
    outgoing = Outgoing(
        salon_id=UUID(int=1),
        notification_id=UUID(int=2),
        recipient=recipient,
        message_id="<1@openchair.localhost>",
        correlation_id="corr-12345678",
        language="uk",
        rendered=Rendered(**given),
    )
    raw = compose(outgoing, mail_from="appointments@openchair.localhost", now=NOW)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    return message_from_bytes(raw, _class=EmailMessage, policy=policy.default)


def test_the_mail_survives_the_way_there() -> None:
    found = mail()
    assert found["Subject"] == "Дзень 💇 " + ("long " * 30).strip()
    assert found["From"].addresses[0].display_name == "Schnittwerk, „Your Style“"
    assert found["From"].addresses[0].addr_spec == "appointments@openchair.localhost"
    assert found["Reply-To"].addresses[0].addr_spec == "hallo@schnittwerk.example"
    assert found["Message-ID"] == "<1@openchair.localhost>"
    assert found["X-Correlation-Id"] == "corr-12345678"
    assert found["Content-Language"] == "uk"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == NOW
    text, html = found.get_body(("plain",)), found.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().startswith("Zażółć\r\nZażółć")
    assert "Привіт" in html.get_content()


def test_the_calendar_is_an_alternative_and_a_file() -> None:
    parts = [part for part in mail().walk() if part.get_content_type() == "text/calendar"]
    invitation, file = parts
    assert invitation.get_filename() is None
    assert invitation["Content-Type"].params["method"] == "REQUEST"
    assert file.get_filename() == "salon.ics"
    assert all("Привіт" in part.get_content() for part in parts)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_no_value_can_begin_a_header_of_its_own(end: str) -> None:
    found = mail(subject=f"Hi{end}Bcc: all@example.org", sender_name=f"S{end}Bcc: all@example.org")
    assert "Bcc" not in found
    assert found["Subject"] == "Hi Bcc: all@example.org"


def test_direction_overrides_and_endless_names_stay_out_of_headers() -> None:
    assert header_text("abc\u202ecba\u202c") == "abc cba"
    assert len(header_text("x" * 10_000)) == 200


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    assert mail(recipient="żółw@xn--bcher-kva.example")["To"] == "żółw@xn--bcher-kva.example"
