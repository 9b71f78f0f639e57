"""Table of our own time series: one row a series, step and moment, added to by every process."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base


class MetricPointRow(Base):
    """What was observed in the `step` seconds from `at` on. `buckets` counts observations up to
    each bound of the metric (the last: above all of them); null for what is no histogram.
    """

    __tablename__ = "metric_points"
    __table_args__ = (
        CheckConstraint("step IN (60, 3600)", name="step"),
        Index("ix_metric_points_step_at", "step", "at"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    labels: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[float]
    least: Mapped[float]
    most: Mapped[float]
    last: Mapped[float]
    buckets: Mapped[list[Any] | None] = mapped_column(ARRAY(BigInteger))
