"""Table of the addresses that are refused for a while. Only this room reads or writes it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from openchair.platform.db.base import Base, CreatedAt, Identified


class IpBlockRow(Identified, Base):
    """One address (IPv6: its /64) that is refused until `expires_at` unless lifted before.

    `blocked_by` is null when the system did it by itself.
    """

    __tablename__ = "ip_blocks"
    __table_args__ = (Index("ix_ip_blocks_expires", "expires_at"),)

    address: Mapped[str]
    reason: Mapped[str]
    blocked_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
