"""views.*: modals by trigger id, stacks of three, hashes, and Homes."""

import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from tests.playground.asking import error_of, refusal

Json = dict[str, Any]


def modal(title: str = "Form", **fields: Any) -> Json:
    view = {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [], **fields}
    return {**view, "submit": {"type": "plain_text", "text": "Send"}}


def an_input(block_id: str, kind: str = "plain_text_input") -> Json:
    label = {"type": "plain_text", "text": "Words"}
    return {"type": "input", "block_id": block_id, "label": label, "element": {"type": kind, "action_id": "a"}}


def trigger(standin: StandIn, view_id: str | None = None) -> str:
    """Return the trigger id of a gesture that has just been made."""
    return standin.workspace.handles.give_trigger("UANA", view_id)


async def opened(standin: StandIn, client: AsyncWebClient, **fields: Any) -> Json:
    answer = await client.views_open(trigger_id=trigger(standin), view=modal(**fields))
    found: Json = answer["view"]
    return found


async def test_slack_9_a_modal_opens_for_who_made_the_gesture(standin: StandIn, client: AsyncWebClient) -> None:
    view = await opened(standin, client, callback_id="item", private_metadata="7")
    assert standin.open_view("UANA") == view
    assert standin.open_view("UBO") is None
    assert (view["callback_id"], view["private_metadata"], view["external_id"]) == ("item", "7", "")
    assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)


async def test_slack_2_a_trigger_id_opens_one_modal(standin: StandIn, client: AsyncWebClient) -> None:
    used = trigger(standin)
    await client.views_open(trigger_id=used, view=modal())
    assert await error_of(client.views_open(trigger_id=used, view=modal())) == "exchanged_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_slack_9_three_modals_in_a_stack_and_no_fourth(standin: StandIn, client: AsyncWebClient) -> None:
    view = await opened(standin, client)
    for title in ("Second", "Third"):
        below = view
        view = (await client.views_push(trigger_id=trigger(standin, view["id"]), view=modal(title)))["view"]
        assert (view["previous_view_id"], view["root_view_id"]) == (below["id"], below["root_view_id"])
    push = client.views_push(trigger_id=trigger(standin, view["id"]), view=modal("Fourth"))
    assert await error_of(push) == "push_limit_reached"
    assert standin.open_view("UANA") == view


async def test_slack_9_pushing_needs_a_gesture_in_a_modal(standin: StandIn, client: AsyncWebClient) -> None:
    call = client.views_push(trigger_id=trigger(standin), view=modal())
    assert await error_of(call) == "invalid_trigger_id"
    view = await opened(standin, client)
    await standin.close_view("UANA", view["id"])
    call = client.views_push(trigger_id=trigger(standin, view["id"]), view=modal())
    assert await error_of(call) == "not_found"


async def test_slack_9_an_update_with_an_old_hash_is_refused(standin: StandIn, client: AsyncWebClient) -> None:
    view = await opened(standin, client)
    newer = (await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Newer")))["view"]
    assert newer["title"]["text"] == "Newer"
    call = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Late"))
    assert await error_of(call) == "hash_conflict"
    assert (await client.views_update(view_id=view["id"], view=modal("Last")))["ok"]
    assert await error_of(client.views_update(view_id="VNONE", view=modal())) == "not_found"
    await standin.close_view("UANA", view["id"])
    assert await error_of(client.views_update(view_id=view["id"], view=modal())) == "not_found"
    assert await error_of(client.api_call("views.update", json={"view": modal()})) == "invalid_arguments"


async def test_slack_9_what_was_filled_in_survives_where_the_ids_stay(standin: StandIn, client: AsyncWebClient) -> None:
    blocks = [an_input("kept"), an_input("gone"), an_input("other")]
    view = await opened(standin, client, blocks=blocks)
    words = {block: {"a": "typed"} for block in ("kept", "gone", "other")}
    await standin.submit("UANA", view["id"], words)
    blocks = [an_input("kept"), an_input("new"), an_input("other", "email_text_input")]
    newer = (await client.views_update(view_id=view["id"], view=modal(blocks=blocks)))["view"]
    values = {block: fields["a"]["value"] for block, fields in newer["state"]["values"].items()}
    assert values == {"kept": "typed", "new": None, "other": None}


async def test_slack_9_an_external_id_is_unique_and_finds_the_view(standin: StandIn, client: AsyncWebClient) -> None:
    await opened(standin, client, external_id="draft-7")
    used = trigger(standin)
    call = client.views_open(trigger_id=used, view=modal(external_id="draft-7"))
    assert await error_of(call) == "duplicate_external_id"
    again = modal("By external id", external_id="draft-7")
    assert (await client.views_update(external_id="draft-7", view=again))["view"]["title"]["text"] == "By external id"


def sized(size: int, kind: str) -> Json:
    """Return a view that has so many bytes as JSON; only its image addresses are long."""
    frame: Json = modal() if kind == "modal" else {"type": "home"}
    images = [{"type": "image", "alt_text": "x", "image_url": "https://x/" + "é" * 1400} for _ in range(87)]
    view = {**frame, "blocks": images}
    missing = size - len(json.dumps(view, ensure_ascii=False).encode())
    images[0]["image_url"] += "x" * (missing // 2)
    images[1]["image_url"] += "x" * (missing - missing // 2)
    return view


@pytest.mark.parametrize("size", [250_000, 250_001])
async def test_slack_2_a_view_of_250_kb_and_one_byte_more(standin: StandIn, client: AsyncWebClient, size: int) -> None:
    calls = (
        client.views_open(trigger_id=trigger(standin), view=sized(size, "modal")),
        client.views_publish(user_id="UANA", view=sized(size, "home")),
    )
    for call in calls:
        assert size > 250_000 or (await call)["ok"]
        assert size == 250_000 or await error_of(call) == "view_too_large"


async def test_slack_11_wrong_views_are_refused_with_reasons(standin: StandIn, client: AsyncWebClient) -> None:
    wrong = modal("A title of more than 24 characters")
    response = await refusal(client.views_open(trigger_id=trigger(standin), view=wrong))
    assert response["error"] == "invalid_arguments"
    assert response["response_metadata"]["messages"]
    home = {"type": "home", "blocks": []}
    assert await error_of(client.views_open(trigger_id=trigger(standin), view=home)) == "invalid_arguments"
    assert await error_of(client.views_publish(user_id="UANA", view=modal())) == "invalid_arguments"
    for view in ("{", "[]"):
        fields = {"trigger_id": trigger(standin), "view": view}
        assert await error_of(client.api_call("views.open", json=fields)) == "invalid_arguments"


async def test_slack_10_a_home_is_each_persons_own(standin: StandIn, client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await client.views_publish(user_id="UANA", view=home))["view"]
    assert standin.home("UANA") == first
    assert standin.home("UBO") is None
    second = (await client.views_publish(user_id="UANA", view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    call = client.views_publish(user_id="UANA", view=home, hash=first["hash"])
    assert await error_of(call) == "hash_conflict"
    for user in ("UNOBODY", "UGONE", "UNUGGET"):
        assert await error_of(client.views_publish(user_id=user, view=home)) == "user_not_found"


async def test_slack_11_blocks_without_ids_get_some(standin: StandIn, client: AsyncWebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    view = await opened(standin, client, blocks=[{"type": "actions", "elements": [button]}, {"type": "divider"}])
    ids = [view["blocks"][0]["block_id"], view["blocks"][1]["block_id"], view["blocks"][0]["elements"][0]["action_id"]]
    assert len(set(ids)) == 3
    assert all(ids)
