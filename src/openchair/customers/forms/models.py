"""Tables of the questions a salon asks before it treats somebody, and of the answers. Read through
`queries.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant, Words


class ConsultationFormRow(Tenant, Base):
    """Such as a patch test before colour: it has to be `lead_hours` old when the visit begins, and
    counts for `valid_days`.
    """

    __tablename__ = "consultation_forms"
    __table_args__ = (
        CheckConstraint("lead_hours BETWEEN 0 AND 720", name="lead"),
        CheckConstraint("valid_days BETWEEN 1 AND 3650", name="valid"),
    )

    name: Mapped[Words]
    statement: Mapped[Words]
    lead_hours: Mapped[int] = mapped_column(SmallInteger, default=0)
    valid_days: Mapped[int] = mapped_column(SmallInteger, default=180)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]


class FormAnswerRow(Tenant, Base):
    """What came of it for one client; a reaction is an answer that lets nobody through."""

    __tablename__ = "form_answers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["salon_id", "form_id"], ["consultation_forms.salon_id", "consultation_forms.id"]
        ),
        CheckConstraint("outcome IN ('passed', 'reaction')", name="outcome"),
        Index("ix_form_answers_customer", "salon_id", "customer_id", "form_id", "answered_at"),
    )

    customer_id: Mapped[UUID]
    form_id: Mapped[UUID]
    outcome: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    answered_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
