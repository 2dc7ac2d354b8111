"""The one way to make a Slack client: the base URL from settings, no hidden retries, no proxy from the environment."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient


def open_session() -> aiohttp.ClientSession:
    """Open the HTTP session that all Slack calls of one event loop share; whoever opens it closes it."""
    return aiohttp.ClientSession(trust_env=False)


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
