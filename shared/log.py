"""Log lines: JSON, ids only. What is not on the list does not get out, whoever wrote the line."""

import logging
import secrets
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import structlog


Line = MutableMapping[str, Any]

_SAFE_WORDS = """
    event level timestamp logger service role process pid route method status seconds sub trace
    clinic_id case_id client_id goal_id rating_id response_id appointment_id flag_id message_id
    staff_id room_id parked_id wish_id event_id cause type types topic partition partitions offset
    offsets sequence sequences incarnation generation batch key count lag consumer publisher attempt
    state rule measure version error frames port signal restarts address missing withheld
"""
SAFE = frozenset(_SAFE_WORDS.split())

_trace: ContextVar[str] = ContextVar("trace", default="")


def traceparent() -> str:
    """The W3C trace context of the running request or record; a new one when there is none."""
    return _trace.get() or f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def continue_trace(parent: str | None) -> None:
    """Go on with a caller's trace; anything but a well-formed one starts a new one."""
    parts = (parent or "").split("-")
    well_formed = [len(part) for part in parts] == [2, 32, 16, 2] and all(
        set(part) <= set("0123456789abcdef") for part in parts
    )
    trace = parts[1] if well_formed else secrets.token_hex(16)
    _trace.set(f"00-{trace}-{secrets.token_hex(8)}-01")


def frames(error: BaseException) -> list[str]:
    """Where an exception came from: file, line and function, never its message or its values."""
    return [
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-12:]
    ]


def only_safe_fields(_: Any, __: str, line: Line) -> Line:
    """Drop every field that is not on the list, and say which were dropped."""
    error = line.pop("exc_info", None)
    if isinstance(error, BaseException):
        line["error"], line["frames"] = type(error).__name__, frames(error)
    if withheld := sorted(line.keys() - SAFE):
        for name in withheld:
            del line[name]
        line["withheld"] = withheld
    return line


def _plain(value: object) -> str:
    """An id is its text; of what else has no place in JSON only what it is, never what it holds."""
    return str(value) if isinstance(value, UUID) else type(value).__name__


class OnlySafeRecords(logging.Handler):
    """Lines of libraries: logger, level and place, since their words may hold anything."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one library's line without its message."""
        error = record.exc_info[1] if record.exc_info else None
        where = f"{record.module}:{record.lineno}"
        log = structlog.get_logger().bind(logger=record.name, frames=[where])
        log.log(record.levelno, "library", **({"exc_info": error} if error else {}))


def configure(service: str, role: str) -> None:
    """Send this process's lines to standard output, one JSON object each."""

    def named(_: Any, __: str, line: Line) -> Line:
        line["service"], line["role"] = service, role
        return line

    structlog.configure(
        processors=[
            named,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_safe_fields,
            structlog.processors.JSONRenderer(default=_plain),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [OnlySafeRecords(level=logging.WARNING)]
    root.setLevel(logging.WARNING)


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
