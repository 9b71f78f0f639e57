"""Table of the people who are told when something breaks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified


class ContactRow(Identified, Base):
    """One person or vendor. An address counts once it was confirmed; a changed one has to be
    confirmed anew. `rank` orders a tier, lowest first.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("tier IN ('technical', 'business', 'vendor')", name="tier"),
        Index("ix_contacts_tier", "tier", "rank"),
    )

    name: Mapped[str]
    role: Mapped[str]
    tier: Mapped[str]
    rank: Mapped[int] = mapped_column(SmallInteger)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    url: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    phone_verified_at: Mapped[datetime | None]
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_sent_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    reached_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[CreatedAt]
