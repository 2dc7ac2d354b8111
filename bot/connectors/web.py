"""Every call that is not Slack's Web API: one client, no proxy from the environment, no redirects, one deadline in all.

Where only the status of an answer is wanted, its body is never read, however large it is or slow to come.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.domain.errors import TemporaryError

if TYPE_CHECKING:
    import httpx


class UnclearError(TemporaryError):
    """No answer came, or half of one; what was asked may have been done all the same."""


class Web:
    """Makes plain HTTPS calls. The library is imported at the first of them, since many processes never make one."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def post_json(self, url: str, body: dict[str, object]) -> int:
        """Post a JSON body and return the status.

        Raises `TemporaryError` when it certainly did not arrive, and its subclass `UnclearError` when nobody knows.
        """
        import httpx  # noqa: PLC0415

        try:
            # The library's own limits hold for each read alone; a peer that sends a byte now and then outlasts them.
            async with asyncio.timeout(self._timeout), self._opened().stream("POST", url, json=body) as answer:
                return answer.status_code
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TemporaryError(f"no connection to the web: {type(error).__name__}") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise UnclearError(f"no answer from the web: {type(error).__name__}") from error

    async def get_text(self, url: str, headers: dict[str, str], largest: int) -> str:
        """Return the text at an address; raises `TemporaryError` where there is none to be had, or more than `largest`.

        Redirects are not followed, since the headers may hold a secret.
        """
        import httpx  # noqa: PLC0415

        try:
            async with asyncio.timeout(self._timeout), self._opened().stream("GET", url, headers=headers) as answer:
                if answer.status_code != HTTPStatus.OK:
                    raise TemporaryError(f"the web answered {answer.status_code}")
                return (await _read(answer, largest)).decode("utf-8", "replace")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise TemporaryError(f"no answer from the web: {type(error).__name__}") from error

    def _opened(self) -> httpx.AsyncClient:
        import httpx  # noqa: PLC0415

        if self._client is None:
            # A connection has to stand well before the deadline, so that it is known when nothing was asked.
            limits = httpx.Timeout(self._timeout, connect=self._timeout / 2, pool=self._timeout / 2)
            self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=limits)
        return self._client


async def _read(answer: httpx.Response, largest: int) -> bytes:
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > largest:
            raise TemporaryError("the answer is larger than wanted")
    return bytes(body)
