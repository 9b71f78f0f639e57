"""Table of the circuit breakers: one row a provider, shared by all processes."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base


class BreakerRow(Base):
    """The state of one provider. `probe_until` is when the one probe under way counts as lost."""

    __tablename__ = "provider_breakers"
    __table_args__ = (CheckConstraint("state IN ('closed', 'open')", name="state"),)

    provider: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default="closed")
    failures: Mapped[int] = mapped_column(server_default="0")
    opened_at: Mapped[datetime | None]
    probe_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    changed_at: Mapped[datetime]
