"""Where a salon can have words of its own: one kind of message, one channel, one language."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from openchair.notifications.rendering import variables_of
from openchair.notifications.templates.rules import CHANNELS, LANGUAGES
from openchair.platform.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The words of one salon for one kind, channel and language."""

    salon_id: UUID
    kind: str
    channel: str
    language: str

    @property
    def id(self) -> UUID:
        """The same id for the same place every time, so that its history goes on after a reset."""
        return uuid5(self.salon_id, f"{self.kind} {self.channel} {self.language}")

    @property
    def variables(self) -> tuple[str, ...]:
        """What words may name here; none where nobody can have words of one's own."""
        return variables_of(self.kind)

    @property
    def exists(self) -> bool:
        """Whether a salon can have its own words here."""
        known = self.channel in CHANNELS and self.language in LANGUAGES
        return known and bool(self.variables)

    def require(self) -> None:
        """Raises `NotFound` unless a salon can have its own words here."""
        if not self.exists:
            raise NotFound("There are no such words to change.", code="template_unknown")
