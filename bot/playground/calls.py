"""Answering calls of the Web API, as Slack does and as it does when something goes wrong."""

import asyncio
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.playground.errors import ApiError
from bot.playground.faults import Fault
from bot.playground.page.secrecy import is_foreign
from bot.playground.record import Entry
from bot.playground.web_api import METHODS
from bot.playground.web_api.call import Json, Method, admit, authorize, read_arguments, run
from bot.playground.wires import CutAnswer, NoAnswer, Wires, hung_up
from bot.playground.workspace import Workspace

MEDIA_TYPE = "application/json; charset=utf-8"
PATIENCE_SECONDS = 60.0
"""How long a call that will land late waits for its caller to hang up, before it is hung up on. These are real ones,
as a caller's patience does not follow the stand-in's speed."""
NOT_DONE = "not_done"
UNLUCKY = {"http_500": (500, "Internal Server Error"), "http_503": (503, "Service Unavailable")}
"""Slack's servers answer these in words; only its API answers in JSON."""


@dataclass
class Call:
    """One call: its method's name, its arguments without the token, and the headers of its answer."""

    name: str
    given: Json = field(default_factory=dict)
    token_ok: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)


class Calls:
    """Answers calls and writes them into the record."""

    def __init__(self, workspace: Workspace, wires: Wires) -> None:
        self._workspace = workspace
        self._wires = wires
        self._closing = asyncio.Event()
        self._landings: set[asyncio.Task[None]] = set()

    @property
    def landings(self) -> int:
        """Return how many calls were heard, will be done and are not done yet."""
        return len(self._landings)

    async def close(self) -> None:
        """Answer what waits for its answer, and forget what was to land."""
        self._closing.set()
        for landing in self._landings:
            landing.cancel()
        await asyncio.gather(*self._landings, return_exceptions=True)

    async def answer(self, request: Request) -> Response:
        """Answer one call, or do to it what its fault says."""
        call = Call(request.path_params["method"])
        try:
            method = self._recognise(call, request, await request.body())
        except ApiError as error:
            return self._refuse(call, error, error.code if error.code == "token_revoked" else "")
        fault = self._workspace.faults.for_call(call.name)
        if fault is None:
            return self._do(call, method)
        return await self._go_wrong(call, method, fault, request)

    def _recognise(self, call: Call, request: Request, body: bytes) -> Method:
        """Read a call as far as it shows whether its method may be run."""
        if call.name not in METHODS:
            raise ApiError("unknown_method", req_method=call.name)
        method = METHODS[call.name]
        call.given = read_arguments(request.headers.get("content-type", ""), request.scope["query_string"], body)
        token = _token(request, call.given)
        if is_foreign(token, self._workspace.spec):
            # Somebody's real token brought somebody's real words with it: neither is kept.
            call.given = {}
        scopes = authorize(self._workspace, call.name, method, token)
        call.token_ok = True
        call.headers = {"x-oauth-scopes": _listed(sorted(scopes)), "x-accepted-oauth-scopes": _listed(method.scopes)}
        admit(self._workspace, call.name, method, call.given, scopes)
        return method

    def _do(self, call: Call, method: Method, fault: str = "") -> Response:
        try:
            answer = run(self._workspace, method, call.given)
        except ApiError as error:
            return self._refuse(call, error, fault)
        return self._settle(call, answer, 200, call.headers, fault)

    def _refuse(self, call: Call, error: ApiError, fault: str = "") -> Response:
        return self._settle(call, refusal_json(error), error.status, call.headers | error.headers, fault)

    def _settle(self, call: Call, answer: Json, status: int, headers: dict[str, str], fault: str) -> Response:
        text = json.dumps(answer).encode()
        self._note(call, "ok" if answer["ok"] else str(answer["error"]), text, fault)
        return Response(text, status, headers, MEDIA_TYPE)

    def _note(self, call: Call, outcome: str, text: bytes, fault: str) -> None:
        moment = self._workspace.clock.seconds()
        took_ms = (time.monotonic() - call.begun) * 1000
        entry = Entry(
            moment, "api", call.name, outcome, call.given, text, token_ok=call.token_ok, fault=fault, took_ms=took_ms
        )
        self._workspace.note(entry)

    def _ban(self, call: Call, fault: Fault) -> ApiError:
        # As with an empty bucket, Slack gives whole seconds, and these are what the caller has to wait here.
        seconds = max(1, math.ceil(self._workspace.faults.real(fault.seconds)))
        return self._workspace.bans.speak(call.name, "", seconds, is_enforced=True)

    async def _go_wrong(self, call: Call, method: Method, fault: Fault, request: Request) -> Response:
        if fault.name == "rate_limited":
            return self._refuse(call, self._ban(call, fault), fault.name)
        if fault.name == "land_late":
            return await self._land_late(call, method, fault, request)
        if fault.name.endswith("_before"):
            self._note(call, NOT_DONE, b"", fault.name)
            return await self._end_badly(call, fault, NoAnswer(), request)
        return await self._end_badly(call, fault, self._do(call, method, fault.name), request)

    async def _end_badly(self, call: Call, fault: Fault, answer: Response, request: Request) -> Response:
        """Return what the caller hears in place of the answer, or the answer in another way."""
        ending = fault.name.removesuffix("_before").removesuffix("_after")
        if ending in UNLUCKY:
            status, words = UNLUCKY[ending]
            return PlainTextResponse(words, status)
        if ending in ("drop", "reset"):
            return await self._hang_up(request, is_reset=ending == "reset")
        if ending == "cut_body":
            return CutAnswer(self._wires, answer)
        if ending == "fatal_error":
            return Response(json.dumps({"ok": False, "error": "fatal_error"}), 200, call.headers, MEDIA_TYPE)
        await self._wait(self._workspace.faults.real(fault.seconds))
        return answer

    async def _hang_up(self, request: Request, *, is_reset: bool) -> Response:
        if is_reset:
            self._wires.reset(request.scope)
        else:
            self._wires.cut(request.scope)
        await hung_up(request)
        return NoAnswer()

    async def _wait(self, seconds: float) -> None:
        """Wait, but not beyond the closing of the stand-in."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _land_late(self, call: Call, method: Method, fault: Fault, request: Request) -> Response:
        wait = self._workspace.faults.up_to(fault.seconds)
        caller_gone = asyncio.Event()
        landing = asyncio.create_task(self._land(call, method, caller_gone, wait))
        self._landings.add(landing)
        landing.add_done_callback(self._landed)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._gone_or_closing(request)
        except TimeoutError:
            pass
        finally:
            caller_gone.set()
        return await self._hang_up(request, is_reset=False)

    async def _gone_or_closing(self, request: Request) -> None:
        waiting = [asyncio.create_task(hung_up(request)), asyncio.create_task(self._closing.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _land(self, call: Call, method: Method, caller_gone: asyncio.Event, wait: float) -> None:
        await caller_gone.wait()
        await asyncio.sleep(wait)
        self._do(call, method, "land_late")

    def _landed(self, landing: asyncio.Task[None]) -> None:
        self._landings.discard(landing)
        self._workspace.changes.tell()


def _token(request: Request, given: Json) -> str:
    in_body = given.pop("token", "")
    word, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer.strip() if word.lower() == "bearer" and bearer.strip() else str(in_body)


def _listed(scopes: Sequence[str]) -> str:
    return ",".join(scopes)


def refusal_json(error: ApiError) -> Json:
    """Return a refusal as the Web API writes it."""
    answer: Json = {"ok": False, "error": error.code, **error.fields}
    if error.messages:
        answer["response_metadata"] = {"messages": list(error.messages)}
    return answer
