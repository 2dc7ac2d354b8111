"""Who people are and what channels are, read with care: what Slack does not say counts against access."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.directory import fetch_channel, fetch_group, fetch_people, fetch_person, person_facts
from bot.domain.facts import ChannelFacts, PersonFacts
from tests.connectors.scripted_slack import Json, Reply, ScriptedSlack, failing

FLAGS = ("is_bot", "is_guest", "is_outsider", "is_deactivated")
PEOPLE: dict[str, tuple[Json, set[str]]] = {
    "a member": ({}, set()),
    "a guest in many channels": ({"is_restricted": True}, {"is_guest"}),
    "a guest in one channel": ({"is_restricted": True, "is_ultra_restricted": True}, {"is_guest"}),
    "an ultra guest alone": ({"is_ultra_restricted": True}, {"is_guest"}),
    "someone of another company": ({"team_id": "TOTHER"}, {"is_outsider"}),
    "a stranger": ({"is_stranger": True}, {"is_outsider"}),
    "a stranger who claims our team": ({"is_stranger": True, "team_id": "T1"}, {"is_outsider"}),
    "a bot": ({"is_bot": True}, {"is_bot"}),
    "Slackbot": ({"id": "USLACKBOT", "is_bot": False}, {"is_bot"}),
    "someone who left": ({"deleted": True}, {"is_deactivated"}),
    "a guest who left": ({"deleted": True, "is_restricted": True}, {"is_deactivated", "is_guest"}),
    "someone of the organisation, with us": (
        {"id": "W1", "team_id": None, "enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}},
        set(),
    ),
    "someone of the organisation, whose home is a sister": (
        {"id": "W1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T2", "T1"]}},
        set(),
    ),
    "someone of the organisation, not with us": (
        {"id": "W1", "team_id": None, "enterprise_user": {"enterprise_id": "E1", "teams": ["T2"]}},
        {"is_outsider"},
    ),
    "someone of another organisation": (
        {"id": "W1", "team_id": "TOTHER", "enterprise_user": {"enterprise_id": "E9", "teams": ["TOTHER"]}},
        {"is_outsider"},
    ),
}


def user(**fields: Any) -> Json:
    return {"id": "U1", "team_id": "T1", "name": "ana", "tz": "Europe/Paris", "profile": {}, **fields}


@pytest.mark.parametrize("who", PEOPLE)
def test_each_sort_of_person_is_told_apart(who: str) -> None:
    fields, expected = PEOPLE[who]
    facts = person_facts("T1", user(**fields))
    assert {flag for flag in FLAGS if getattr(facts, flag)} == expected
    assert facts.slack_user_id == fields.get("id", "U1")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"profile": {"display_name": "Ana", "real_name": "Ana Alves"}}, "Ana"),
        ({"profile": {"display_name": "", "real_name": "Ana Alves"}}, "Ana Alves"),
        ({"profile": {}, "real_name": "Ana A."}, "Ana A."),
        ({"profile": None}, "ana"),
        ({"profile": {"display_name": "A\x00na\ud800"}}, "A\ufffdna\ufffd"),
    ],
)
def test_a_person_is_called_what_they_call_themselves(fields: Json, name: str) -> None:
    facts = person_facts("T1", user(**fields))
    assert (facts.name, facts.zone) == (name, "Europe/Paris")


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible", "users_not_found"])
async def test_someone_whom_slack_does_not_show_is_an_outsider(
    code: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.replies.append(Reply.of({"ok": False, "error": code}))
    assert await fetch_person(client, "T1", "UX") == PersonFacts("UX", None, "", is_outsider=True)


@pytest.mark.parametrize("reply", [failing(503), Reply.of({"ok": False, "error": "ratelimited"}, 429)])
async def test_no_answer_about_a_person_is_no_fact_about_them(
    reply: Reply, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.replies.append(reply)
    with pytest.raises(SlackApiError):
        await fetch_person(client, "T1", "U1")


async def test_everyone_is_listed_page_by_page(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    pages: dict[str, Json] = {
        "": {"ok": True, "members": [user()], "response_metadata": {"next_cursor": "more"}},
        "more": {"ok": True, "members": [user(id="U2", deleted=True)], "response_metadata": {"next_cursor": ""}},
    }
    slack.answers["users.list"] = lambda asked: pages[asked.get("cursor", "")]
    found = await fetch_people(client, "T1")
    assert [(one.slack_user_id, one.is_deactivated) for one in found] == [("U1", False), ("U2", True)]


@pytest.mark.parametrize("code", ["channel_not_found", "missing_scope", "not_in_channel"])
async def test_a_channel_that_slack_does_not_show_is_private_and_unnamed(
    code: str, slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.replies.append(Reply.of({"ok": False, "error": code}))
    facts = await fetch_channel(client, "CX")
    assert facts == ChannelFacts("CX")
    assert facts.is_private


async def test_a_private_channel_comes_with_all_its_members(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    pages: dict[str, Json] = {
        "": {"ok": True, "members": ["U1", "W2"], "response_metadata": {"next_cursor": "more"}},
        "more": {"ok": True, "members": ["U3"]},
    }
    slack.answers["conversations.info"] = lambda _: {
        "ok": True,
        "channel": {"name": "deal-room", "is_private": True, "is_member": True},
    }
    slack.answers["conversations.members"] = lambda asked: pages[asked.get("cursor", "")]
    facts = await fetch_channel(client, "C1")
    assert facts.member_ids == frozenset({"U1", "W2", "U3"})
    assert (facts.name, facts.is_private, facts.has_bot) == ("deal-room", True, True)


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ({"name": "all", "is_member": True}, {"has_bot"}),
        ({"name": "all"}, set()),
        ({"name": "far", "is_member": True, "is_ext_shared": True}, {"has_bot", "is_externally_shared"}),
        ({"name": "soon", "is_member": True, "is_pending_ext_shared": True}, {"has_bot", "is_externally_shared"}),
        ({"name": "old", "is_archived": True}, {"is_archived"}),
        ({"is_private": True}, {"is_private"}),
        ({"is_mpim": True}, {"is_private"}),
    ],
)
async def test_a_channel_is_what_its_flags_say(
    channel: Json, expected: set[str], slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers["conversations.info"] = lambda _: {"ok": True, "channel": channel}
    facts = await fetch_channel(client, "C1")
    flags = ("is_private", "is_direct", "is_externally_shared", "is_archived", "has_bot")
    assert {flag for flag in flags if getattr(facts, flag)} == expected
    assert facts.member_ids is None
    assert slack.methods() == ["conversations.info"], "nobody asks who is in it without need or right"


async def test_a_direct_channel_is_private_and_with_us(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers["conversations.info"] = lambda _: {"ok": True, "channel": {"is_im": True}}
    slack.answers["conversations.members"] = lambda _: {"ok": True, "members": ["U1", "UNUGGET"]}
    facts = await fetch_channel(client, "D1")
    assert (facts.is_direct, facts.is_private, facts.has_bot) == (True, True, True)
    assert facts.member_ids == frozenset({"U1", "UNUGGET"})


async def test_a_group_lists_its_people_and_one_that_is_gone_has_none(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers["usergroups.users.list"] = lambda _: {"ok": True, "users": ["U1", "W2"]}
    assert await fetch_group(client, "S1") == ["U1", "W2"]
    slack.replies += [Reply.of({"ok": False, "error": "no_such_subteam"}), failing(500)]
    assert await fetch_group(client, "S1") == []
    with pytest.raises(SlackApiError):
        await fetch_group(client, "S1")
