"""A Slack of a few methods in a process of its own, so that what it took survives every death of the bot.

It posts, changes, shows history and forgets nothing, and at a rate it fails in each way that leaves callers in doubt.
It is small because thousands of short-lived workers talk to it; the embedded stand-in is the strict one.
"""

import asyncio
import json
import multiprocessing
import random
import socket
from collections import defaultdict
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from aiohttp import web

TROUBLES = ("refuse", "fail_before", "fail_after", "drop_after", "land_late")
Json = dict[str, Any]


@dataclass
class SmallSlack:
    """What stands in each channel, in the order in which it landed. Times are seconds of real time."""

    seed: int
    trouble_rate: float
    latest_landing: float
    timeout: float
    kinds: tuple[str, ...] = TROUBLES
    channels: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    ephemerals: list[Json] = field(default_factory=list)
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    troubles: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _count: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._landing: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/history", self._history_of_all)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, asked = request.match_info["method"], await _arguments(request)
        trouble = self._chance.choice(self.kinds) if self._chance.random() < self.trouble_rate else None
        if method in {"conversations.history", "conversations.replies"}:
            return web.json_response(self._show(asked))
        return await self._act(request, method, asked, trouble)

    async def _act(self, request: web.Request, method: str, asked: Json, trouble: str | None) -> web.StreamResponse:
        if trouble is not None and (trouble != "land_late" or method == "chat.postMessage"):
            self.troubles[trouble] += 1
        if trouble == "refuse":
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "0"})
        if trouble == "fail_before":
            return web.Response(status=503)
        if trouble == "land_late" and method == "chat.postMessage":
            self._land_later(asked)
            return await self._hang_up(request)
        answer = self._do(method, asked)
        if trouble == "drop_after":
            return await self._hang_up(request)
        return web.Response(status=500) if trouble == "fail_after" else web.json_response(answer)

    def _land_later(self, asked: Json) -> None:
        async def land() -> None:
            await asyncio.sleep(self.timeout + self._chance.random() * self.latest_landing)
            self._do("chat.postMessage", asked)

        self._landing.add(asyncio.create_task(land()))

    async def _hang_up(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _do(self, method: str, asked: Json) -> Json:
        match method:
            case "chat.postMessage":
                return self._post(asked)
            case "chat.update":
                return {"ok": True, "ts": asked["ts"], "channel": asked["channel"]}
            case "chat.delete":
                stand = self.channels[asked["channel"]]
                self.channels[asked["channel"]] = [one for one in stand if one["ts"] != asked["ts"]]
                return {"ok": True}
            case "chat.postEphemeral":
                self.ephemerals.append(asked)
                return {"ok": True, "message_ts": "1.0"}
            case "reactions.add":
                self.reactions.add((asked["channel"], asked["timestamp"], asked["name"]))
                return {"ok": True}
        return {"ok": False, "error": "unknown_method"}

    def _post(self, asked: Json) -> Json:
        self._count += 1
        metadata = asked["metadata"]
        message = {
            "ts": f"{self._count}.000000",
            "text": asked["text"],
            "metadata": json.loads(metadata) if isinstance(metadata, str) else metadata,
        }
        self.channels[asked["channel"]].append(message)
        return {"ok": True, "ts": message["ts"], "channel": asked["channel"]}

    def _show(self, asked: Json) -> Json:
        limit, begin = int(asked.get("limit", 100)), int(asked.get("cursor") or 0)
        stand = self.channels[asked["channel"]]
        more = str(begin + limit) if begin + limit < len(stand) else ""
        page = stand[begin : begin + limit]
        return {"ok": True, "messages": page, "response_metadata": {"next_cursor": more}}

    async def _history_of_all(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {"channels": self.channels, "ephemerals": self.ephemerals, "troubles": dict(self.troubles)}
        )


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        found: Json = await request.json()
        return found
    return {**request.query, **await request.post()}


def serve(slack: SmallSlack) -> "tuple[multiprocessing.process.BaseProcess, int]":
    """Start the small Slack as a forked process; return it and its port."""
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe()
    process = context.Process(target=_run, args=(slack, theirs), daemon=True)
    process.start()
    return process, int(mine.recv())


def _run(slack: SmallSlack, ready: Connection) -> None:
    async def forever() -> None:
        runner = web.AppRunner(slack.app(), access_log=None)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        ready.send(listening.getsockname()[1])
        await asyncio.Event().wait()

    asyncio.run(forever())
