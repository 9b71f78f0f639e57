"""Table of the workers that are alive, as they say themselves every few seconds."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base


class WorkerRow(Base):
    """One worker process, `host:pid`; it removes its row when it ends in order."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
