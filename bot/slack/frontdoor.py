"""The front door: nothing that Slack is told was received is anywhere but on disk.

It stands before Bolt, as an ASGI layer over HTTP and inside the Socket Mode client. Events go into the inbox and are
acknowledged once they are committed; commands, forms and buttons are passed on to Bolt.
"""

import asyncio
import hashlib
import hmac
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.errors import PermanentError, TemporaryError
from bot.domain.facts import Delivery
from bot.domain.text import clean
from bot.failpoints import failpoint

log = structlog.get_logger(__name__)

LARGEST_BODY = 1_000_000
# Slack signs the moment of sending; a signature older than this (seconds) may be a replay.
OLDEST_SIGNATURE = 300
REMEMBERED_IDS = 50_000
# Slack waits three seconds; a database that takes longer than this is answered for, so that Slack delivers again.
STORE_SECONDS = 2.5
LONGEST_TIMESTAMP = 15

Store = Callable[[Sequence[Delivery]], Awaitable[object]]


class GroupCommit:
    """Stores what waits together in one transaction, and lets each caller go once its own part is on disk."""

    def __init__(self, store: Store, largest: int = 256) -> None:
        self._store = store
        self._largest = largest
        self._waiting: list[tuple[Delivery, asyncio.Future[None]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def add(self, delivery: Delivery) -> None:
        """Return when the delivery is committed; raises what storing it raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            try:
                failpoint("receive")
                await self._store([delivery for delivery, _ in group])
                failpoint("received")
            except Exception as error:  # noqa: BLE001 - whoever waits must learn of any failure, or would wait for ever.
                for _, done in group:
                    if not done.done():
                        done.set_exception(error)
                continue
            for _, done in group:
                if not done.done():
                    done.set_result(None)


class SeenIds:
    """The latest event ids that are known to be on disk, so that a redelivery costs no transaction."""

    def __init__(self, most: int = REMEMBERED_IDS) -> None:
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def add(self, key: str) -> None:
        """Remember one id and forget the oldest beyond the limit."""
        self._ids[key] = None
        if len(self._ids) > self._most:
            self._ids.popitem(last=False)


@dataclass
class Ourselves:
    """Who Nugget is in each workspace, as far as it is known yet; events that it caused itself are dropped."""

    user_ids: set[str] = field(default_factory=set)
    bot_ids: set[str] = field(default_factory=set)

    def caused(self, event: Mapping[str, Any]) -> bool:
        """Tell whether we caused this event: our own messages and their changes, our own reactions."""
        message = event.get("message")
        inner = message if isinstance(message, dict) else {}
        # What should be an id may be anything at all, so it is made a text before a set is asked for it.
        if str(event.get("bot_id")) in self.bot_ids or str(inner.get("bot_id")) in self.bot_ids:
            return True
        return event.get("type") in ("message", "reaction_added", "reaction_removed") and (
            str(event.get("user")) in self.user_ids
        )


Taken = Literal["stored", "dropped", "challenge", "malformed"]


@dataclass
class EventIntake:
    """Takes Events API envelopes in, over HTTP and Socket Mode alike."""

    group: GroupCommit
    ourselves: Ourselves
    seen: SeenIds = field(default_factory=SeenIds)
    patience: float = STORE_SECONDS

    async def take(self, envelope: Mapping[str, Any], body: bytes) -> Taken:
        """Store the envelope unless it is ours or was stored before; returns once it is on disk.

        Raises `TemporaryError` when it could not be stored; Slack must then not be told that it was received.
        """
        if envelope.get("type") == "url_verification":
            return "challenge"
        event = envelope.get("event")
        if envelope.get("type") != "event_callback" or not isinstance(event, dict):
            log.info("envelope_dropped", type=str(envelope.get("type"))[:40])
            return "dropped"
        if self.ourselves.caused(event):
            return "dropped"
        delivery = delivery_of(envelope, event, body)
        key = f"{delivery.team_id}:{delivery.dedupe_key}"
        if key not in self.seen:
            await self._store(delivery)
            self.seen.add(key)
        return "stored"

    async def _store(self, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(self.patience):
                await self.group.add(delivery)
        except TimeoutError:
            # It may still come to be stored; delivered again, it is stored once all the same.
            raise TemporaryError("the database did not answer in time") from None


def delivery_of(envelope: Mapping[str, Any], event: Mapping[str, Any], body: bytes) -> Delivery:
    """Describe an event for the inbox: its workspace, its unique id, and the message that it is about."""
    event_id = envelope.get("event_id")
    item = event.get("item")
    about = item if isinstance(item, dict) else event
    nested = event.get("message")
    message = nested if isinstance(nested, dict) else event.get("previous_message")
    ts = about.get("ts")
    if isinstance(message, dict):
        ts = message.get("ts") or event.get("deleted_ts")
    channel = about.get("channel")
    return Delivery(
        team_id=clean(installed_team(envelope)),
        dedupe_key=clean(str(event_id))[:255] if event_id else "body:" + hashlib.sha256(body).hexdigest(),
        kind=clean(str(event.get("type")))[:64],
        body=body,
        channel_id=clean(channel)[:32] if isinstance(channel, str) else None,
        message_ts=clean(ts)[:32] if isinstance(ts, str) else None,
    )


def installed_team(envelope: Mapping[str, Any]) -> str:
    """Return the workspace that Nugget is installed in, which for shared channels is not always the author's."""
    authorizations = envelope.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else {}
    named = first.get("team_id") or first.get("enterprise_id") if isinstance(first, dict) else None
    fallback = envelope.get("team_id") or envelope.get("enterprise_id") or envelope.get("context_team_id")
    return str(named or fallback or "unknown")[:32]


def is_signed(secrets: Sequence[str], timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Check Slack's signature over the raw bytes, against every secret that may be in use during a rotation."""
    if not (
        timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP and signature.isascii()
    ):
        return False
    if abs(now - int(timestamp)) > OLDEST_SIGNATURE:
        return False
    base = b"v0:" + timestamp.encode() + b":" + body
    return any(
        hmac.compare_digest("v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest(), signature)
        for secret in secrets
    )


class FrontDoor:
    """The ASGI layer: size, signature, then events into the inbox and everything else on to Bolt."""

    def __init__(
        self,
        intake: EventIntake,
        bolt: ASGIApp,
        secrets: Sequence[str],
        real_seconds: Callable[[], float],
        on_date: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._intake = intake
        self._bolt = bolt
        self._secrets = tuple(secrets)
        self._real_seconds = real_seconds
        self._on_date = on_date

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        if body is None:
            return await answer(send, 413, b"the body is larger than Slack ever sends")
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not is_signed(self._secrets, timestamp, signature, body, self._real_seconds()):
            return await answer(send, 401, b"the signature is not Slack's")
        self._on_date(float(timestamp))
        if headers.get("content-type", "").startswith("application/json"):
            return await self._take_event(body, send)
        return await self._bolt(scope, replay(body), send)

    async def _take_event(self, body: bytes, send: Send) -> None:
        try:
            envelope = json.loads(body)
        except (ValueError, RecursionError):
            envelope = None
        if not isinstance(envelope, dict):
            return await answer(send, 400, b"the body is not a JSON object")
        try:
            taken = await self._intake.take(envelope, body)
        except (TemporaryError, PermanentError) as error:
            log.warning("event_not_stored", error=type(error).__name__)
            return await answer(send, 503, b"not stored; please deliver it again")
        if taken == "challenge":
            return await answer(send, 200, str(envelope.get("challenge", "")).encode())
        return await answer(send, 200, b"")


async def read_body(receive: Receive) -> bytes | None:
    """Read the whole body, or None as soon as it is larger than Slack ever sends."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def replay(body: bytes) -> Receive:
    """Return an ASGI receive that hands over a body that was already read."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def answer(send: Send, status: int, body: bytes) -> None:
    """Send a whole plain-text HTTP answer."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
