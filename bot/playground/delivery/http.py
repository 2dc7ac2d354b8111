"""Delivery as signed HTTP requests to one address for everything."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.delivery.transport import ACK_SECONDS, Kind, Reply

MOST_REDIRECTS = 2
MOST_CONNECTIONS = 100
FORM = "application/x-www-form-urlencoded"


class HttpTransport:
    """Posts to the app's request URL, signed over the raw bytes with the real time of sending."""

    def __init__(self, request_url: str | None, secret: str, speed: float, skew: Callable[[], float]) -> None:
        self.request_url = request_url
        self._secret = secret
        self._skew = skew
        self._timeout = aiohttp.ClientTimeout(total=ACK_SECONDS / speed)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: Kind, payload: dict[str, Any], attempt: int = 0, reason: str = "") -> Reply:
        """Post once and read the answer; every failure has Slack's word for it."""
        if self.request_url is None:
            return Reply("connection_failed")
        body, content_type = encode(kind, payload)
        headers = {"Content-Type": content_type, **sign(self._secret, body, self._skew())}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        return await self._post(self.request_url, body, headers)

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=False)
        try:
            # The client counts the first request as well, so that two redirects need a three.
            sending = self._session.post(
                url, data=body, headers=headers, timeout=self._timeout, max_redirects=MOST_REDIRECTS + 1
            )
            async with sending as response:
                return _reply(response, await response.read())
        except TimeoutError:
            return Reply("http_timeout")
        except aiohttp.TooManyRedirects:
            return Reply("too_many_redirects")
        except (aiohttp.ClientConnectionError, OSError):
            return Reply("connection_failed")
        except aiohttp.ClientError:
            return Reply("unknown_error")

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def encode(kind: Kind, payload: dict[str, Any]) -> tuple[bytes, str]:
    """Return the body and its content type: events are JSON, the others forms."""
    if kind == "event":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "command" else {"payload": json.dumps(payload)}
    # A lone surrogate has no UTF-8 form; its bytes go out as they are, for the app to refuse or to mend.
    return urlencode(fields, errors="surrogatepass").encode(), FORM


def sign(secret: str, body: bytes, skew: float = 0.0) -> dict[str, str]:
    """Return the two headers that prove where a request comes from; `skew` is how far Slack's clock is ahead."""
    moment = str(int(time.time() + skew))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}


def _reply(response: aiohttp.ClientResponse, body: bytes) -> Reply:
    is_final = response.headers.get("X-Slack-No-Retry") == "1"
    if not 200 <= response.status < 300:  # noqa: PLR2004 - the range of HTTP's own words for success.
        return Reply("http_error", is_final=is_final)
    if response.content_type == "application/json":
        try:
            return Reply("ok", json.loads(body))
        except ValueError:
            return Reply("ok")
    return Reply("ok", {"text": body.decode(errors="replace")} if body.strip() else None)
