"""The one way to make a Slack client: the base URL from settings, no hidden retries, no proxy from the environment."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
"""What reading an answer raises, in the library too, that is JSON but not of Slack's shape, as a proxy may send."""


def open_session(on_date: Callable[[float], None]) -> aiohttp.ClientSession:
    """Open the HTTP session that all Slack calls of one event loop share; whoever opens it closes it.

    `on_date` is told what Slack's clock said in each answer (seconds since 1970, whole ones).
    """
    tracing = aiohttp.TraceConfig()

    async def read_date(_session: object, _context: object, ended: aiohttp.TraceRequestEndParams) -> None:
        try:
            on_date(parsedate_to_datetime(ended.response.headers["Date"]).timestamp())
        except (KeyError, ValueError):
            # A proxy may have taken the header away; then the next answer tells.
            return

    tracing.on_request_end.append(read_date)
    return aiohttp.ClientSession(trust_env=False, trace_configs=[tracing])


def slack_client(token: str, base_url: str, timeout_seconds: float, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Make a client for one token.

    The library's own retry handlers are left out: after a lost connection they post a second time, while the outbox
    first looks whether the message is there.
    """
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=max(1, round(timeout_seconds)),
        session=session,
        trust_env_in_session=False,
        retry_handlers=[],
    )


def error_code(error: SlackApiError) -> str:
    """Return the `error` of Slack's answer, or nothing where what answered was not Slack's JSON, as with a proxy's 502.

    The library's own accessors raise on such an answer.
    """
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""
