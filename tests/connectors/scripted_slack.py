"""A Slack on a real socket that answers as told, call by call, and remembers what it was asked and what it posted.

What it is told nothing about it does properly: it posts, shows history in pages, deletes, opens direct channels.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call gets: this answer, or a connection that breaks, before or after Slack did what was asked."""

    status: int = 200
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    acts: bool = False
    breaks: bool = False
    hangs: bool = False

    @staticmethod
    def of(answer: object, status: int = 200, **headers: str) -> "Reply":
        """Answer with this JSON; an underscore in a header's name stands for a hyphen."""
        named = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return Reply(status, json.dumps(answer), tuple(named.items()))


RESET_BEFORE, RESET_AFTER = Reply(breaks=True), Reply(breaks=True, acts=True)
HANGS_AFTER = Reply(hangs=True, acts=True)


def failing(status: int, *, acts: bool = False) -> Reply:
    """Answer as a proxy in front of Slack does when something behind it is broken."""
    return Reply(status, "<html>upstream</html>", (("Content-Type", "text/html"),), acts=acts)


@dataclass
class ScriptedSlack:
    """`replies` are used up in order, by the calls of `scripted` methods only, where those are named."""

    replies: deque[Reply] = field(default_factory=deque)
    scripted: frozenset[str] = frozenset()
    asked: list[tuple[str, Json]] = field(default_factory=list)
    standing: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, Callable[[Json], Json]] = field(default_factory=dict)
    """Answers of methods that this Slack does not know by itself, or knows otherwise."""
    page: int = 100
    url: str = ""
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def methods(self) -> list[str]:
        """Return the names of the calls so far, in order."""
        return [method for method, _ in self.asked]

    def ids_in(self, channel: str) -> list[str]:
        """Return the outbox ids of the messages that stand in a channel, in order."""
        return [message["metadata"]["event_payload"]["outbox_id"] for message in self.standing[channel]]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        self.asked.append((method, arguments))
        if not self.replies or (self.scripted and method not in self.scripted):
            return web.json_response(self._do(method, arguments))
        return await self._reply(request, self.replies.popleft(), method, arguments)

    async def _reply(self, request: web.Request, reply: Reply, method: str, arguments: Json) -> web.StreamResponse:
        if reply.acts:
            self._do(method, arguments)
        if reply.hangs:
            await self._released.wait()
        if reply.breaks and request.transport is not None:
            request.transport.abort()
        return web.Response(status=reply.status, body=reply.body.encode(), headers=dict(reply.headers))

    def _do(self, method: str, asked: Json) -> Json:
        if method in self.answers:
            return self.answers[method](asked)
        own = {
            "chat.postMessage": self._post,
            "chat.delete": self._delete,
            "conversations.history": self._show,
            "conversations.replies": self._show,
        }
        return own[method](asked) if method in own else self._agree(method, asked)

    @staticmethod
    def _agree(method: str, asked: Json) -> Json:
        if method == "conversations.open":
            return {"ok": True, "channel": {"id": f"D{asked['users']}"}}
        return {"ok": True, "message_ts": "7.000000", "ts": asked.get("ts"), "channel": asked.get("channel")}

    def _delete(self, asked: Json) -> Json:
        stands = self.standing[asked["channel"]]
        self.standing[asked["channel"]] = [message for message in stands if message["ts"] != asked["ts"]]
        return {"ok": True, "ts": asked["ts"], "channel": asked["channel"]}

    def _post(self, asked: Json) -> Json:
        ts = f"{1000 + sum(map(len, self.standing.values()))}.000000"
        message = {"ts": ts, "text": asked["text"], "thread_ts": asked.get("thread_ts")}
        self.standing[asked["channel"]].append(message | {"metadata": _json(asked.get("metadata"))})
        return {"ok": True, "ts": ts, "channel": asked["channel"]}

    def _show(self, asked: Json) -> Json:
        thread = asked.get("ts")
        stands = [one for one in self.standing[asked["channel"]] if one.get("thread_ts") == thread]
        begin = int(asked.get("cursor") or 0)
        more = str(begin + self.page) if begin + self.page < len(stands) else ""
        page = stands[begin : begin + self.page]
        return {"ok": True, "messages": page, "response_metadata": {"next_cursor": more}}


@asynccontextmanager
async def scripted_slack() -> AsyncIterator[ScriptedSlack]:
    """Give a scripted Slack on a socket; whatever hangs in it is let go at the end."""
    slack = ScriptedSlack()
    async with serve("/api/{method}", slack.handle) as url:
        slack.url = f"{url}/api/"
        yield slack
        slack._released.set()


@asynccontextmanager
async def serve(path: str, handle: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Answer at this path of a free port of this machine, and give the address without the path."""
    app = web.Application()
    app.router.add_route("*", path, handle)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(access_log=None)
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        found: Json = await request.json()
        return found
    return {**request.query, **await request.post()}


def _json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value
