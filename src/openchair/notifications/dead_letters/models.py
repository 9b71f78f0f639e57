"""Table of redrives: many dead letters let out again, a canary first, then at a rate.

The letters themselves stand in `notifications/models.py`, each with the redrive that has it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.notifications.dead_letters.rules import HIGHEST_RATE
from openchair.platform.db.base import Base, CreatedAt, Identified

STATES = (
    "canary",  # one letter is out; the others wait for what becomes of it
    "running",  # it arrived; the others follow at the rate
    "stopped",  # too many failed again, or a person stopped it; `stopped_reason` says
    "done",
)


class RedriveRow(Identified, Base):
    """One redrive of a salon's letters, or (`salon_id` null) of all. The filter stands beside it.

    `total` letters were taken on; `released` of them are out; of these `sent` arrived, `failed`
    failed again, `ended_otherwise` were no longer wanted or no longer true.
    """

    __tablename__ = "dead_letter_redrives"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name="state"),
        CheckConstraint(f"rate_per_minute BETWEEN 1 AND {HIGHEST_RATE}", name="rate"),
        CheckConstraint("state <> 'stopped' OR stopped_reason IS NOT NULL", name="stopped_why"),
        Index(
            "ix_dead_letter_redrives_active",
            "created_at",
            postgresql_where=text("state IN ('canary', 'running')"),
        ),
        Index("ix_dead_letter_redrives_salon", "salon_id", "created_at"),
    )

    salon_id: Mapped[UUID | None] = mapped_column(ForeignKey("salons.id", ondelete="CASCADE"))
    failure_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    channel: Mapped[str | None]
    since: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="canary")
    rate_per_minute: Mapped[int]
    total: Mapped[int]
    released: Mapped[int] = mapped_column(server_default="0")
    sent: Mapped[int] = mapped_column(server_default="0")
    failed: Mapped[int] = mapped_column(server_default="0")
    ended_otherwise: Mapped[int] = mapped_column(server_default="0")
    last_release_at: Mapped[datetime | None]
    created_by: Mapped[str]
    stopped_reason: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
