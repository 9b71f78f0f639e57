"""The page's sentences and dates in one language. Pure; the words stand in `locale/*/status.po`.

Called by `view.py`, the feed and the mails. Times are in UTC; the page's script turns them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from openchair.operations.status_page.components import DOWN, Condition, Key, worst_of
from openchair.operations.status_page.history import Outage
from openchair.platform.languages.catalogues import NAMES, Words, words_for

DOMAIN = "status"
LANGUAGES = tuple(NAMES)
LOCALES = {"de": "de", "en": "en_GB", "pl": "pl", "uk": "uk"}
PAGES: tuple[Key, ...] = ("booking", "website", "console")
MESSAGES: frozenset[Key] = frozenset({"mail", "sms"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says everything in one language."""

    words: Words
    locale: Locale

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.words.language

    def component(self, key: Key) -> str:
        """What clients call it."""
        say = self.words.text
        return {
            "booking": say("Booking online"),
            "website": say("Website"),
            "mail": say("Mails and reminders"),
            "sms": say("SMS"),
            "console": say("Salon console"),
        }[key]

    def condition(self, condition: Condition, key: Key | None = None) -> str:
        """How a component is, in a word or two."""
        say = self.words.text
        if key in MESSAGES and condition in DOWN | {"degraded"}:
            return say("Delayed")
        return {
            "operational": say("Works"),
            "maintenance": say("Maintenance"),
            "degraded": say("Slower than usual"),
            "partial_outage": say("Works in part"),
            "major_outage": say("Does not work"),
        }[condition]

    def headline(self, parts: Mapping[Key, Condition]) -> str:
        """How everything is, in a sentence. `parts` are all components."""
        say, worst = self.words.text, worst_of(parts.values())
        if not parts:
            return say("Not known yet")
        if worst == "operational":
            return say("Everything works")
        if worst == "maintenance":
            return say("Maintenance is under way")
        if parts.get("booking") == "major_outage":
            return say("Booking online does not work at the moment")
        if self._only_messages(parts):
            return say("Messages are delayed at the moment")
        if worst == "degraded":
            return say("Some things are slower than usual")
        return say("Some things do not work at the moment")

    def title(self, outage: Outage) -> str:
        """What the trouble is or was."""
        say, parts, is_over = self.words.text, outage.parts, outage.until is not None
        if not parts:
            return say("Notice")
        if outage.worst == "maintenance":
            return say("Maintenance")
        if parts.get("booking") == "major_outage":
            return say("Booking online did not work" if is_over else "Booking online does not work")
        if self._only_messages(parts):
            return say("Messages were delayed" if is_over else "Messages are delayed")
        if outage.worst == "degraded":
            return say(
                "Some things were slower than usual"
                if is_over
                else "Some things are slower than usual"
            )
        return say("Some things did not work" if is_over else "Some things do not work")

    def comfort(self, parts: Mapping[Key, Condition]) -> list[str]:
        """What is safe, as long as something is not."""
        say, found = self.words.text, list[str]()
        if any(parts.get(key) in DOWN for key in PAGES):
            found.append(say("What was booked stays booked. Nothing is lost."))
        if any(parts.get(key) in DOWN | {"degraded"} for key in MESSAGES):
            found.append(say("Mails and reminders are kept and go out as soon as they can."))
        return found

    def listed(self, keys: Mapping[Key, Condition]) -> str:
        """The components by name: "a, b and c"."""
        names = [self.component(each) for each in keys]
        return str(format_list(names, "standard", locale=self.locale)) if names else ""

    def moment(self, at: datetime) -> str:
        """As in "22 Nov, 14:02 UTC"."""
        return f"{self.day(at)}, {self.clock(at)}"

    def clock(self, at: datetime) -> str:
        """As in "14:02 UTC"."""
        return f"{format_time(at, 'short', tzinfo=UTC, locale=self.locale)} UTC"

    def day(self, day: date | datetime) -> str:
        """As in "22 November"."""
        return str(format_skeleton("MMMMd", _noon(day), locale=self.locale))

    def month(self, day: date) -> str:
        """As in "November 2026"."""
        return str(format_skeleton("yMMMM", _noon(day), locale=self.locale))

    def percent(self, value: float) -> str:
        """As in "99.98 %", rounded down: what was down is never rounded away."""
        cut = int(value * 100) / 100
        number = format_decimal(cut, "0.##", locale=self.locale)
        return f"{number}\u202f%"

    def length(self, length: timedelta) -> str:
        """As in "29 min" or "2 h 5 min"; at least a minute."""
        minutes = max(1, round(length.total_seconds() / 60))
        hours, rest = divmod(minutes, 60)
        say = self.words.text
        if not hours:
            return say("{minutes} min", minutes=rest)
        if hours >= 24:
            return say("{days} d {hours} h", days=hours // 24, hours=hours % 24)
        if not rest:
            return say("{hours} h", hours=hours)
        return say("{hours} h {minutes} min", hours=hours, minutes=rest)

    def _only_messages(self, parts: Mapping[Key, Condition]) -> bool:
        troubled = {key for key, each in parts.items() if each != "operational"}
        return bool(troubled) and troubled <= MESSAGES


def speaker(language: str) -> Speaker:
    """The speaker of a language."""
    words = words_for(domain=DOMAIN, language=language)
    return Speaker(words=words, locale=Locale.parse(LOCALES[words.language]))


def _noon(day: date | datetime) -> datetime:
    plain = day.astimezone(UTC).date() if isinstance(day, datetime) else day
    return datetime(plain.year, plain.month, plain.day, 12)  # noqa: DTZ001  a calendar day
