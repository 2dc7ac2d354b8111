"""Structured logs without secrets: our own events, and the warnings of the libraries, through one pipeline.

What an exception says may hold what people wrote, so of an exception only its type and its places are logged.
"""

import logging
import re
import sys
import traceback
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

_SECRET = re.compile(r"xox[a-z][-.][\w.-]+|xoxe[-.][\w.-]+|xapp-[\w-]+|Bearer\s+\S+|v0=[0-9a-f]{16,}", re.IGNORECASE)
REDACTED = "[redacted]"

# Libraries that log what they were sent; of these only warnings are wanted.
QUIET = ("slack_bolt", "slack_sdk", "uvicorn", "apscheduler", "aiohttp", "httpx", "httpcore", "asyncio")


def redact(text: str) -> str:
    """Return `text` without anything that looks like a token, a bearer header or a signature."""
    return _SECRET.sub(REDACTED, text)


def _redact_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def places_of(error: BaseException) -> str:
    """Say what an exception is and where it was raised, innermost first, without a word of its text."""
    frames = traceback.extract_tb(error.__traceback__)[::-1]
    return " < ".join([type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in frames)])


def _without_texts(_logger: Any, _method: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = places_of(error)
        # Libraries repeat the text of an exception after a colon, or on further lines.
        event["event"] = re.split(r":|\n", str(event.get("event")), maxsplit=1)[0]
    return event


def _is_wanted(record: logging.LogRecord) -> bool:
    # Bolt remarks at every start that it prefers our authorizer to a token; that is on purpose, and no news.
    return not (record.name.startswith("slack_bolt") and "`token`" in record.getMessage())


def set_up_logs(level: str, log_format: Literal["console", "json"]) -> None:
    """Send every log line of this process to standard error in one format, redacted."""
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_texts,
        _redact_event,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_wanted)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[
        structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer,
    ], foreign_pre_chain=shared))  # fmt: skip
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("bot").setLevel(level)
