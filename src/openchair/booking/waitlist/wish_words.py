"""What somebody waits for, in figures and names only, so that it reads the same in a mail, on the
salon's page and in the console. Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from openchair.booking.catalogue.queries import Catalogue, Service
from openchair.booking.waitlist.rules import DAY, Wish
from openchair.platform.db.base import Words
from openchair.platform.languages.formats import Formats

EVERY_DAY = frozenset(range(7))
DASH = " \N{EN DASH} "


@dataclass(frozen=True, slots=True)
class WishWords:
    """`staff` is empty for anybody, `weekdays` for all of them, `times` for all day."""

    services: tuple[str, ...]
    staff: str
    dates: str
    weekdays: str
    times: str

    @property
    def when(self) -> str:
        """Days and times in one line."""
        return " · ".join(part for part in (self.dates, self.weekdays, self.times) if part)


def describe(
    wish: Wish,
    *,
    service_ids: Sequence[UUID],
    staff_id: UUID | None,
    catalogue: Catalogue,
    formats: Formats,
    say: Callable[[Words], str],
) -> WishWords:
    """The wish in the formats of its reader; `say` chooses the language of a name. A service or a
    person that is no longer there is left out.
    """
    member = catalogue.member(staff_id) if staff_id else None
    found = [catalogue.service(each) for each in service_ids]
    return WishWords(
        services=tuple(service_name(each, catalogue, say) for each in found if each),
        staff=member.name if member else "",
        dates=_dates(wish, formats),
        weekdays=""
        if wish.weekdays == EVERY_DAY
        else formats.listed([formats.weekday(each) for each in sorted(wish.weekdays)]),
        times=""
        if (wish.from_minute, wish.to_minute) == (0, DAY)
        else f"{formats.clock(wish.from_minute)}{DASH}{formats.clock(wish.to_minute)}",
    )


def service_name(service: Service, catalogue: Catalogue, say: Callable[[Words], str]) -> str:
    """A variant is named with the service it is one of."""
    parent = catalogue.service(service.parent_id) if service.parent_id else None
    if service.kind == "variant" and parent:
        return f"{say(parent.name)}, {say(service.name)}"
    return say(service.name)


def _dates(wish: Wish, formats: Formats) -> str:
    first = formats.weekday_day_month(wish.first_date)
    if wish.first_date == wish.last_date:
        return first
    return f"{first}{DASH}{formats.weekday_day_month(wish.last_date)}"
