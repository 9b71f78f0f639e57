"""Logs: one JSON object a line on standard output, each with its correlation id.

Every process calls `configure_logging` once. `openchair up` keeps the lines in the data folder.
"""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.types import EventDict, WrappedLogger

from openchair.platform import correlation
from openchair.platform.logging.redaction import redact
from openchair.platform.metrics.catalogue import LOG_LINES

NOISY = ("asyncio", "httpx", "httpcore", "uvicorn.access", "pgqueuer", "alembic")


def configure_logging(*, process: str, level: str = "info") -> None:
    """Send our own lines and those of libraries through one chain to standard output."""
    severity = logging.getLevelNamesMapping()[level.upper()]
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _count,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _add_correlation_id,
        _add_process(process),
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *chain,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *chain],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_to_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(severity)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(severity, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """What a module logs with, made once at its top under the module's name."""
    found: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return found


def _count(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    LOG_LINES.of(line["level"]).inc()
    return line


def _add_correlation_id(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    if "correlation_id" not in line and (known := correlation.adopted()) is not None:
        line["correlation_id"] = known
    return line


def _add_process(process: str) -> Any:
    def add(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        line["process"] = process
        return line

    return add


def _to_json(line: dict[str, Any], default: Any, **_: Any) -> str:
    return orjson.dumps(line, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
