"""A browser window of the tests' own: it replicates the store as the page does, and acts as the page does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.playground.server import StandIn

Json = dict[str, Any]


class Visitor:
    """An open window and what it knows."""

    def __init__(
        self, standin: StandIn, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self.store: Json = {}
        self.frames: list[Json] = []
        self.socket = socket
        self._standin = standin
        self._session = session

    async def frame(self) -> Json:
        """Take the next frame in and return it."""
        async with asyncio.timeout(10):
            found: Json = json.loads((await self.socket.receive()).data)
        self.frames.append(found)
        self.store |= found.get("set", {})
        for key in found.get("gone", []):
            del self.store[key]
        return found

    async def until(self, holds: Callable[[Json], Any]) -> None:
        """Take frames in until the store is so."""
        while not holds(self.store):
            await self.frame()

    async def post(self, path: str, body: Json) -> tuple[int, Any]:
        """Post to the page and return the status, and the result or the sentence of the refusal."""
        return await posted(self._session, self._standin, path, body)

    async def act(self, name: str, user_id: str, /, **args: Any) -> Any:
        """Act as somebody; it has to be allowed."""
        status, result = await self.post(f"act/{name}", {"as": user_id, **args})
        assert status == 200, result
        return result

    def texts(self) -> list[str]:
        """Return the texts of all messages in the store, by channel and time."""
        return [self.store[key]["text"] for key in sorted(self.store) if key.startswith("message:")]

    def channels(self) -> set[str]:
        """Return the ids of the conversations in the store."""
        return {key.partition(":")[2] for key in self.store if key.startswith("channel:")}


async def posted(session: aiohttp.ClientSession, standin: StandIn, path: str, body: Json) -> tuple[int, Any]:
    """Post to the page as it does itself."""
    headers = {"Origin": standin.workspace.origin, "Sec-Fetch-Site": "same-origin"}
    async with session.post(f"{standin.page_url}page/{path}", json=body, headers=headers) as response:
        answer = await response.json()
        assert answer["ok"] is (response.status == 200)
        return response.status, answer["result"] if answer["ok"] else answer["error"]


@asynccontextmanager
async def visit(standin: StandIn, user_id: str = "UANA", **query: str) -> AsyncIterator[Visitor]:
    """Open a window as somebody; it knows what was in the first frame."""
    async with aiohttp.ClientSession() as session:
        url = f"{standin.page_url}page/live"
        async with session.ws_connect(url, params={"as": user_id, **query}, max_msg_size=0) as socket:
            visitor = Visitor(standin, session, socket)
            await visitor.frame()
            yield visitor
