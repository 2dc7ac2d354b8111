"""What every Slack listener is given: how to change things, how to ask Slack, and how to answer the person."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.message import Message
from bot.connectors.slack.client import error_code
from bot.connectors.web import UnclearError, Web
from bot.domain.errors import MendableError, TemporaryError
from bot.domain.policies import Policy
from bot.services.confirm import AnswerLater, CheckMember, answer_later, check_member
from bot.services.people import is_ours
from bot.slack.facts import SLACK_FAILURES, Facts, Needs
from db.transact import Transact

log = structlog.get_logger(__name__)

# The person waits for the answer, and Slack for the acknowledgement, so this call may take this long (seconds).
REPLY_PATIENCE = 1.5


@dataclass(frozen=True, slots=True)
class Gesture:
    """A command, a press or a sent form: who did it, where, and the handles to answer with."""

    team_id: str
    slack_user_id: str
    channel_id: str | None
    trigger_id: str
    response_url: str | None
    body: Mapping[str, Any]

    @property
    def thread_ts(self) -> str | None:
        """The thread that the pressed message stands in, if it does."""
        message = self.body.get("message")
        thread = message.get("thread_ts") if isinstance(message, dict) else None
        return thread if isinstance(thread, str) else None


def read_gesture(body: Mapping[str, Any]) -> Gesture:
    """Read who did what where; a missing team (organisation-wide installs) is looked for in its other places."""
    user, channel = body.get("user"), body.get("channel")
    user_id = body.get("user_id") or (user.get("id") if isinstance(user, dict) else None)
    channel_id = body.get("channel_id") or (channel.get("id") if isinstance(channel, dict) else None)
    response_url = body.get("response_url")
    return Gesture(
        team_id=_team(body, user),
        slack_user_id=str(user_id or ""),
        channel_id=str(channel_id) if channel_id else None,
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=str(response_url) if response_url else None,
        body=body,
    )


def _team(body: Mapping[str, Any], user: object) -> str:
    view, team, enterprise = body.get("view"), body.get("team"), body.get("enterprise")
    # An installation for a whole organisation goes by the organisation, as its events do. Commands send all as text.
    is_of_all = str(body.get("is_enterprise_install")).casefold() == "true"
    of_all = body.get("enterprise_id") or (enterprise.get("id") if isinstance(enterprise, dict) else None)
    candidates = (
        of_all if is_of_all else None,
        view.get("app_installed_team_id") if isinstance(view, dict) else None,
        body.get("team_id"),
        team.get("id") if isinstance(team, dict) else None,
        user.get("team_id") if isinstance(user, dict) else None,
        body.get("enterprise_id"),
        enterprise.get("id") if isinstance(enterprise, dict) else None,
    )
    return next((str(candidate)[:32] for candidate in candidates if candidate), "unknown")


@dataclass(frozen=True, slots=True)
class Desk:
    """The tools of a listener. It decides nothing itself: it reads a gesture, runs a use case and answers."""

    transact: Transact
    client_of: Callable[[str], AsyncWebClient]
    facts: Facts
    web: Web
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]
    _afterwards: set[asyncio.Task[None]] = field(default_factory=set)

    async def is_member(self, gesture: Gesture) -> bool:
        """Tell whether a full member did this; raises `TemporaryError` when nobody can say now."""
        if not await self.transact.read(is_ours, gesture.team_id):
            # In a shared channel the people of another company can press our buttons, with their own workspace's id.
            return False
        channels = frozenset({gesture.channel_id} if gesture.channel_id else ())
        await self.facts.welcome(gesture.team_id)
        await self._learn(gesture, Needs(frozenset({gesture.slack_user_id})))
        try:
            await self._learn(gesture, Needs(channel_ids=channels))
        except TemporaryError:
            # A channel that nobody can describe now counts as private, so nothing is told that should not be.
            log.info("channel_unknown_for_now")
        return await self.transact.read(check_member, CheckMember(gesture.team_id, gesture.slack_user_id))

    async def _learn(self, gesture: Gesture, needs: Needs) -> None:
        await self.facts.ensure(gesture.team_id, needs)

    async def open_form(self, gesture: Gesture, view: dict[str, Any]) -> None:
        """Open a form; its trigger lives three seconds, so this comes before anything slow.

        Raises `TemporaryError` when Slack does not open it; what the person did can simply be done again.
        """
        try:
            await self.client_of(gesture.team_id).views_open(trigger_id=gesture.trigger_id, view=view)
        except SLACK_FAILURES as error:
            log.warning("form_not_opened", error=error_code(error) if isinstance(error, SlackApiError) else "no answer")
            raise TemporaryError("Slack did not open the form") from error

    async def update_form(self, gesture: Gesture, view_id: str, view: dict[str, Any]) -> None:
        """Draw an open form anew; what was filled in stays where block and action id do.

        Raises `TemporaryError` when Slack does not draw it; the form stands as it was.
        """
        try:
            async with asyncio.timeout(REPLY_PATIENCE):
                await self.client_of(gesture.team_id).views_update(view_id=view_id, view=view)
        except SLACK_FAILURES as error:
            log.warning(
                "form_not_updated", error=error_code(error) if isinstance(error, SlackApiError) else "no answer"
            )
            raise TemporaryError("Slack did not update the form") from error

    async def reply(self, gesture: Gesture, message: Message, *, replace: bool = False) -> None:
        """Answer the person alone where they are looking; what Slack does not take now goes through the outbox."""
        if gesture.response_url and await self._respond(gesture.response_url, message, replace):
            return
        if not await self.transact.read(is_ours, gesture.team_id):
            # Nothing of ours reaches another company's workspace.
            return
        key = f"reply:{gesture.trigger_id or gesture.slack_user_id}:{self.now().timestamp()}"
        await self.transact(
            answer_later,
            AnswerLater(
                gesture.team_id, gesture.slack_user_id, gesture.channel_id, message, key, thread_ts=gesture.thread_ts
            ),
        )

    def tell_afterwards(self, gesture: Gesture, messages: Sequence[Message]) -> None:
        """Answer further once the acknowledgement has gone out, since Slack waits for that only three seconds."""
        if messages and gesture.response_url:
            self._do_afterwards(self._tell(gesture.response_url, messages))

    def replace_afterwards(self, url: str, message: Message) -> None:
        """Put an answer in the place of the private message that asked for it, once the acknowledgement has gone out.

        Its address is good for half an hour; after that the old message stays, and nothing else is lost.
        """
        self._do_afterwards(self._replace(url, message))

    async def _replace(self, url: str, message: Message) -> None:
        await self._respond(url, message, replace=True)

    def _do_afterwards(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)

    async def _tell(self, url: str, messages: Sequence[Message]) -> None:
        for message in messages:
            await self._respond(url, message, replace=False)

    async def _respond(self, url: str, message: Message, replace: bool) -> bool:
        """Tell whether the answer is there, or may be: one that nobody can look up is not given a second time."""
        body = {"response_type": "ephemeral", "replace_original": replace, **asdict(message)}
        try:
            async with asyncio.timeout(REPLY_PATIENCE):
                status = await self.web.post_json(url, body)
        except (UnclearError, TimeoutError) as error:
            log.warning("reply_unproven", error=type(error).__name__)
            return True
        except TemporaryError as error:
            log.info("reply_falls_back", error=type(error).__name__)
            return False
        return status == HTTPStatus.OK or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def sentence_of(error: Exception) -> str:
    """Return what to tell a person about a failure: its own words where they can mend it, a plain sentence if not."""
    if isinstance(error, MendableError):
        return str(error)
    return "I could not do that just now. Nothing was changed. Please try again in a minute."
