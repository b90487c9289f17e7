"""Logs: one JSON object a line on stderr, with personal data taken out before it is written."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from cases.privacy import redact


def start_logs(process: str, level: str) -> None:
    """Set up logging for this process; what libraries log passes the same redaction."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redacted,
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
    for chatty in ("alembic", "twilio", "rq"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def redacted(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Numbers, ids and doors out of every text of a log line, however deep."""
    return {key: _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


def note(event: str, facts: Mapping[str, object]) -> None:
    """A line in the log from a door: what happened, never about whom."""
    structlog.get_logger().info(event, **facts)


def trouble(event: str, error: BaseException) -> None:
    """A line in the log about something that went wrong and is dealt with."""
    structlog.get_logger().warning(event, error=f"{type(error).__name__}: {error}")
