"""What somebody sits at, in plain words, as far as the browser says. Pure."""

import re
from dataclasses import dataclass

BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\b(?:OPR|Opera)/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|Chromium|CriOS|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
"""In this order: nearly every browser also says that it is Chrome and Safari."""
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMacintosh\b|\bMac OS X\b"),
    ("Linux", r"\bLinux\b"),
)
HAND_HELD = frozenset({"iPhone", "iPad", "Android"})


@dataclass(frozen=True, slots=True)
class Device:
    """Names of the browser and of what it runs on; empty where it does not say."""

    browser: str
    system: str

    @property
    def is_hand_held(self) -> bool:
        """A phone or a tablet."""
        return self.system in HAND_HELD


def device_of(user_agent: str) -> Device:
    """Read a `User-Agent` header (RFC 9110, 10.1.5)."""
    return Device(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, sign in names if re.search(sign, user_agent)), "")
