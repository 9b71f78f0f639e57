"""Settings of the budgets: what a salon may send in a month unless it has a limit of its own."""

from pydantic import Field

from openchair.notifications.budgets.rules import MOST
from openchair.platform.settings.base import RoomSettings


class BudgetSettings(RoomSettings):
    """Limits for salons that have set none themselves; unset means no limit."""

    mail_budget_monthly: int | None = Field(
        default=None,
        ge=0,
        le=MOST,
        description="mails a salon may send in a month unless it has its own limit; unset: no"
        " limit, `0`: only what goes out beyond the cap",
    )
    sms_budget_monthly: int | None = Field(
        default=None,
        ge=0,
        le=MOST,
        description="SMS segments a salon may send in a month unless it has its own limit; unset:"
        " no limit, `0`: only what goes out beyond the cap",
    )

    def limit_of(self, channel: str) -> int | None:
        """The limit of a channel, None for no limit."""
        return self.mail_budget_monthly if channel == "email" else self.sms_budget_monthly
