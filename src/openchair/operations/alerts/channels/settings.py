"""Settings of the ways in which alerts reach people. The names are the runbooks' own."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from openchair.notifications.recipients import check_recipient
from openchair.platform.errors import Invalid
from openchair.platform.settings.base import RoomSettings
from openchair.webhooks.standard import key_of

MOST_RECIPIENTS, MOST_PHONES, MOST_URL = 20, 10, 2000
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_LIST = re.compile(r"[,;\s]+")


def _was(name: str) -> dict[str, Any]:
    """The runbooks' first name: it put the value into every browser's bundle."""
    return {"old_name": f"VITE_{name}"}


class ChannelSettings(RoomSettings):
    """Where alerts go. With the sandbox on and none of the first four set, the sandbox takes them
    (`targets.py`). Addresses of webhooks are secrets: whoever knows one can write there.
    """

    alert_webhook_url: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="ALERT_WEBHOOK_URL",
        json_schema_extra=_was("ALERT_WEBHOOK_URL"),
        description="gets every alert as JSON by POST",
    )
    alert_webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="ALERT_WEBHOOK_SECRET",
        description="signs what `ALERT_WEBHOOK_URL` gets, after Standard Webhooks: `whsec_` and"
        " base64 of 24 to 64 bytes; without it nothing is signed",
    )
    alert_slack_webhook: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="ALERT_SLACK_WEBHOOK",
        json_schema_extra=_was("ALERT_SLACK_WEBHOOK"),
        description="incoming webhook of Slack, for alerts that are critical, high or medium",
    )
    alert_email_recipients: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        max_length=MOST_RECIPIENTS,
        validation_alias="ALERT_EMAIL_RECIPIENTS",
        json_schema_extra=_was("ALERT_EMAIL_RECIPIENTS"),
        description=f"mail addresses, with commas, {MOST_RECIPIENTS} at most, for alerts that are"
        " medium or low",
    )
    alert_phone_numbers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        max_length=MOST_PHONES,
        validation_alias="ALERT_PHONE_NUMBERS",
        json_schema_extra=_was("ALERT_PHONE_NUMBERS"),
        description=f"numbers like `+4915112345678`, with commas, {MOST_PHONES} at most, that get"
        " an SMS for alerts that are critical or high",
    )
    alert_heartbeat_url: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="ALERT_HEARTBEAT_URL",
        json_schema_extra=_was("ALERT_HEARTBEAT_URL"),
        description="called by GET at every look of the watcher: a dead man's switch elsewhere"
        " tells you when these calls stop, with this whole machine",
    )

    @field_validator("alert_webhook_url", "alert_slack_webhook", "alert_heartbeat_url")
    @classmethod
    def must_be_address(cls, value: SecretStr) -> SecretStr:
        """An address on http or https, or nothing."""
        url = value.get_secret_value().strip()
        if url and not _is_address(url):
            raise ValueError("it has to be a whole address that begins with https:// or http://")
        return SecretStr(url)

    @field_validator("alert_webhook_secret")
    @classmethod
    def must_be_secret(cls, value: SecretStr) -> SecretStr:
        """A secret after Standard Webhooks, or nothing."""
        if secret := value.get_secret_value().strip():
            key_of(secret)
        return SecretStr(secret)

    @field_validator("alert_email_recipients", "alert_phone_numbers", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        """`a@example.org, b@example.org` → each once, in this order."""
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(part for part in _LIST.split(value) if part))

    @field_validator("alert_email_recipients")
    @classmethod
    def must_be_mailboxes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Whole mail addresses."""
        try:
            return tuple(check_recipient(channel="email", recipient=each) for each in value)
        except Invalid as error:
            raise ValueError("each has to be a whole mail address, with commas between") from error

    @field_validator("alert_phone_numbers")
    @classmethod
    def must_be_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Numbers in the form of E.164. Whether somebody has the number only an SMS tells."""
        if not all(_E164.fullmatch(each) for each in value):
            raise ValueError(
                "each has to be a number with its country code, such as +4915112345678,"
                " without blanks"
            )
        return value


def _is_address(url: str) -> bool:
    try:
        found = urlsplit(url)
        return (
            found.scheme in {"http", "https"}
            and bool(found.hostname)
            and found.port != 0
            and len(url) <= MOST_URL
            and url.isprintable()
            and " " not in url
        )
    except ValueError:
        return False
