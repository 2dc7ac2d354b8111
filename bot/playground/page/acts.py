"""What people do on the page: `/page/act/…` as somebody, `/page/do/…` to the playground itself."""

import asyncio
import dataclasses
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.errors import RefusedGestureError
from bot.playground.page.board import Board
from bot.playground.page.fragments import dumped
from bot.playground.page.live import Live, carefully
from bot.playground.page.offer import Act
from bot.playground.page.secrecy import REFUSAL, holds_foreign
from bot.playground.world import ChannelState

log = logging.getLogger(__name__)

PLACE = ("channel_id", "ts")
PRESS = ("block_id", "value", "selected")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "say": ("channel_id", "text"),
    "edit": (*PLACE, "text"),
    "delete": PLACE,
    "react": (*PLACE, "name"),
    "unreact": (*PLACE, "name"),
    "command": ("channel_id", "command", "text"),
    "click": (*PLACE, "action_id"),
    "click_in_view": ("view_id", "action_id"),
    "click_in_home": ("action_id",),
    "submit": ("view_id", "values"),
    "close_view": ("view_id",),
    "message_shortcut": ("callback_id", *PLACE),
    "global_shortcut": ("callback_id",),
    "open_home": ("tab",),
    "join": ("channel_id",),
    "leave": ("channel_id",),
    "suggest": ("action_id", "value"),
    "mark_read": ("channel_id",),
    "dismiss": PLACE,
}
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "say": ("thread_ts",),
    "click": PRESS,
    "click_in_view": PRESS,
    "click_in_home": PRESS,
    "suggest": ("block_id", "view_id", *PLACE, "home"),
}
FREE = ("value", "selected", "values", "home")
"""Arguments that are more than a text; the gestures look at them themselves."""
ID = re.compile(r"\b[A-Z][A-Z0-9]{2,}\b")
LARGEST_BODY = 1_000_000
LONGEST_MOVE = timedelta(days=366)
AFTER_DUE = timedelta(seconds=1)


class NotOfferedError(Exception):
    """What is asked for cannot be had here and now; its text is for the person."""


class WrongRequestError(Exception):
    """A request that the page does not make; its text is for developers."""


class Acts:
    """Does what the page asks for. `acting` has the gestures."""

    def __init__(self, acting: Any, board: Board, live: Live) -> None:
        self._acting = acting
        self._board = board
        self._live = live
        self._works: dict[str, asyncio.Task[None]] = {}

    def routes(self) -> list[Route]:
        """Return the routes below `/page`."""
        return [
            Route("/page/act/{name}", self._answering(self._act), methods=["POST"]),
            Route("/page/do/{name}", self._answering(self._do), methods=["POST"]),
        ]

    def _answering(
        self, work: Callable[[str, dict[str, Any]], Awaitable[Any]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                given = await _json_object(request)
                return _answer(200, {"ok": True, "result": _plain(await work(request.path_params["name"], given))})
            except (RefusedGestureError, NotOfferedError) as error:
                return _answer(409, {"ok": False, "error": with_names(self._board, str(error))})
            except (WrongRequestError, RecursionError) as error:
                return _answer(400, {"ok": False, "error": str(error)})

        return answer

    async def _act(self, name: str, given: dict[str, Any]) -> Any:
        world = self._board.world
        if holds_foreign(given, world.spec):
            raise NotOfferedError(REFUSAL)
        user_id, args = _read_act(name, given)
        if not self._board.is_somebody(user_id):
            raise NotOfferedError(f"{user_id} is nobody whom you can be here.")
        self._check_door(name, user_id, args, self._board.channels_of(user_id))
        try:
            result = await getattr(self._acting, name)(user_id, **args)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise WrongRequestError(f"Wrong arguments: {error}") from error
        if tour := self._board.offer.tour:
            act = Act(user_id, name, args, _plain(result), world.clock.now())
            carefully(lambda: tour.noticed(act))
            self._live.tell()
        return result

    def _check_door(
        self, name: str, user_id: str, args: Mapping[str, Any], channels: Mapping[str, ChannelState]
    ) -> None:
        """Refuse coming into what a person does not see, and leaving what cannot be left; gestures allow both."""
        if name not in ("join", "leave"):
            return
        channel = channels.get(args["channel_id"])
        if channel is None:
            raise NotOfferedError(f"{user_id} cannot open this channel.")
        if channel.kind == "im":
            raise NotOfferedError("This conversation cannot be left.")
        if name == "join" and channel.is_archived:
            raise NotOfferedError(f"{channel.channel_id} is archived.")

    async def _do(self, name: str, given: dict[str, Any]) -> Any:
        deeds = {"move_clock": self._move_clock, "reset": self._reset, "fill": self._fill, "tour": self._tour}
        if name not in deeds:
            raise WrongRequestError(f"There is nothing to do by the name {name}.")
        return await deeds[name](given)

    async def _move_clock(self, given: dict[str, Any]) -> dict[str, str]:
        clock = self._board.world.clock
        by = await self._by_how_much(given)
        if by < timedelta():
            raise NotOfferedError("The clock only goes forward.")
        if by > LONGEST_MOVE:
            raise NotOfferedError("The clock moves by a year at most.")
        clock.advance(by)
        return {"now": clock.now().isoformat()}

    async def _by_how_much(self, given: dict[str, Any]) -> timedelta:
        now = self._board.world.clock.now()
        if given.get("next") is True:
            return max(timedelta(), await self._next_due() + AFTER_DUE - now)
        try:
            if "to" in given:
                to = datetime.fromisoformat(given["to"])
                return (to if to.tzinfo else to.replace(tzinfo=UTC)) - now
            return timedelta(seconds=float(given["seconds"]))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise WrongRequestError(f"The clock cannot be moved so: {error}") from error

    async def _next_due(self) -> datetime:
        if self._board.offer.next_due is None:
            raise NotOfferedError("This playground does not know what falls due.")
        await self._live.ask_next()
        if self._board.next_due is None:
            raise NotOfferedError("Nothing is due. Move the clock by some time instead.")
        return self._board.next_due.at

    async def _reset(self, _given: dict[str, Any]) -> None:
        await self._work("reset", self._board.offer.reset, "This playground cannot be started over from its page.")

    async def _fill(self, _given: dict[str, Any]) -> None:
        await self._work("fill", self._board.offer.fill, "This playground has nothing to be filled with.")

    async def _work(self, name: str, work: Callable[[], Awaitable[None]] | None, refusal: str) -> None:
        """Do what takes a while. It goes on when the request, or even this stand-in, comes to its end."""
        if work is None:
            raise NotOfferedError(refusal)
        if self._works:
            raise NotOfferedError("Something is under way already. Wait until it is done.")
        task = asyncio.ensure_future(_whole(work))
        self._works[name] = task
        task.add_done_callback(lambda _: self._works.pop(name))
        try:
            await asyncio.shield(task)
        except Exception as error:
            if not task.done() or task.cancelled():
                raise
            log.exception("%s was not done.", name)
            raise NotOfferedError(f"That could not be done: {error}") from error

    async def _tour(self, given: dict[str, Any]) -> None:
        tour = self._board.offer.tour
        if tour is None:
            raise NotOfferedError("This playground has no tour.")
        if isinstance(hidden := given.get("hidden"), bool):
            tour.hide(hidden)
        elif given.get("restart") is True:
            tour.hide(False)
            tour.restart()
        else:
            raise WrongRequestError("A tour is hidden, shown or restarted.")
        self._live.tell()


async def _whole(work: Callable[[], Awaitable[None]]) -> None:
    await work()


async def _json_object(request: Request) -> dict[str, Any]:
    body = await request.body()
    if len(body) > LARGEST_BODY:
        raise WrongRequestError("The body is too large.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise WrongRequestError("The body has to be a JSON object.")
    return found


def _read_act(name: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return who acts and the arguments of the gesture; what is null counts as not given."""
    if name not in REQUIRED:
        raise WrongRequestError(f"There is no act {name}.")
    args = {key: value for key, value in given.items() if value is not None}
    user_id = args.pop("as", None)
    required, allowed = set(REQUIRED[name]), {*REQUIRED[name], *OPTIONAL.get(name, ())}
    if not isinstance(user_id, str) or required - args.keys() or args.keys() - allowed:
        raise WrongRequestError(f"{name} takes: as, {', '.join((*REQUIRED[name], *OPTIONAL.get(name, ())))}.")
    for key, value in args.items():
        if key not in FREE and not isinstance(value, str):
            raise WrongRequestError(f"{key} has to be a text.")
    values = args.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(fields, dict) for fields in values.values()):
        raise WrongRequestError("values has to be an object of objects.")
    return user_id, args


def with_names(board: Board, sentence: str) -> str:
    """Return a sentence with the names of the people and public channels whose ids are in it."""
    world = board.world

    def name(found: re.Match[str]) -> str:
        known = found.group()
        if known in world.people:
            return world.people[known].real_name
        if known not in world.channels:
            return known
        channel = world.channels[known]
        return f"#{channel.name}" if channel.kind == "channel" else "this conversation"

    return ID.sub(name, sentence)


def _plain(value: Any) -> Any:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value


def _answer(status: int, body: dict[str, Any]) -> Response:
    return Response(dumped(body), status, media_type="application/json")
