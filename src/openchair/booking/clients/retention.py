"""How long tax law wants a salon to keep what it earned by a visit. Pure.

Switzerland: ten years from the end of the business year (OR Art. 958f; MWSTG Art. 70).
Poland: five years from the end of the year in which the tax was due, which for the income of a year
is the next (Ordynacja podatkowa Art. 86 § 1 with Art. 70 § 1).
Germany: ten years for books, eight for receipts since 2025 (AO § 147 Abs. 3); a visit with its
price may be part of the books, so ten.
Elsewhere ten, the longest of the neighbours.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Duty:
    """`years` after the end of the year that begins them; `law` is where it stands."""

    years: int
    year_after: bool
    law: str


DUTIES = {
    "CH": Duty(10, year_after=False, law="OR Art. 958f, MWSTG Art. 70"),
    "PL": Duty(5, year_after=True, law="Ordynacja podatkowa Art. 86 § 1, Art. 70 § 1"),
    "DE": Duty(10, year_after=False, law="AO § 147 Abs. 3"),
}
ELSEWHERE = Duty(10, year_after=False, law="")


def duty_of(country: str) -> Duty:
    """The duty of a country (ISO 3166)."""
    return DUTIES.get(country, ELSEWHERE)


def keep_until(country: str, last_visit: date) -> date:
    """The last day on which a visit has to be kept, by the salon's own calendar."""
    duty = duty_of(country)
    return date(last_visit.year + duty.year_after + duty.years, 12, 31)
