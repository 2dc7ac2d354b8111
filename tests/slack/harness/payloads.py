"""Payloads as Slack sends them, for what no client of Slack's would let a person do."""

import itertools
import json
import uuid
from typing import Any

from bot.playground.spec import WorldSpec
from bot.playground.world import Message
from tests.slack.harness.bot_at_work import BotAtWork

Json = dict[str, Any]

_moments = itertools.count(1)


def fresh_ts() -> str:
    """Return a timestamp that no other message has."""
    return f"17900{next(_moments):05d}.000100"


def event(spec: WorldSpec, **inner: Any) -> Json:
    """Return an envelope with an id of its own around an event."""
    installed = {"enterprise_id": None, "team_id": spec.team_id, "user_id": spec.bot_user_id, "is_bot": True}
    return {
        "type": "event_callback",
        "team_id": spec.team_id,
        "event_id": f"Ev{uuid.uuid4().hex[:12].upper()}",
        "authorizations": [installed],
        "event": inner,
    }


def said(bot: BotAtWork, user: str, channel_id: str, text: str, **more: Any) -> Json:
    """Return a message event; the message stands in its channel, if there is such a channel."""
    ts = fresh_ts()
    channel = bot.standin.workspace.world.channels.get(channel_id)
    if channel is not None:
        channel.add(Message(ts, user, text))
    parts = {"channel": channel_id, "user": user, "text": text, "ts": ts, "event_ts": ts, "channel_type": "channel"}
    return event(bot.spec, type="message", **parts, **more)


def reacted(bot: BotAtWork, user: str, channel_id: str, ts: str, emoji: str) -> Json:
    """Return the event of a reaction."""
    item = {"type": "message", "channel": channel_id, "ts": ts}
    return event(bot.spec, type="reaction_added", user=user, reaction=emoji, item=item, event_ts=fresh_ts())


def typed(bot: BotAtWork, user: str, channel_id: str, command: str, text: str) -> Json:
    """Return the form fields of a slash command; nobody listens at its response address, and its trigger is unknown."""
    return {
        "team_id": bot.spec.team_id,
        "channel_id": channel_id,
        "user_id": user,
        "command": command,
        "text": text,
        "response_url": f"{bot.standin.workspace.origin}/response/unknown",
        "trigger_id": uuid.uuid4().hex,
    }


async def type_raw(bot: BotAtWork, user: str, channel_id: str, command: str, text: str) -> str:
    """Send a command that no client of Slack's would send, and return the text of the private answer."""
    reply = await bot.post("command", typed(bot, user, channel_id, command, text))
    assert reply.is_taken, reply
    await bot.settled()
    return str(json.loads(reply.body)["text"]) if reply.body else ""


async def deliver(bot: BotAtWork, payload: Json) -> tuple[str, str]:
    """Deliver an event and return the state and the reason with which its inbox row was settled."""
    reply = await bot.post("event", payload)
    assert reply.is_taken, reply
    await bot.settled()
    row = await bot.delivery(payload["event_id"])
    return (row.state, row.outcome) if row else ("dropped", "")


def last_form(bot: BotAtWork) -> Json:
    """Return the form that was sent last, as it reached the bot."""
    sent = [entry.given for entry in bot.standin.record if entry.name == "view_submission"]
    return dict(sent[-1])
