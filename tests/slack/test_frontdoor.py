"""The front door: size, signature, durable intake, and an answer only when the event is on disk."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from bot.domain.errors import TemporaryError
from bot.domain.facts import Delivery
from bot.slack.frontdoor import EventIntake, FrontDoor, GroupCommit, Ourselves, answer, delivery_of, is_signed

SECRET = "a secret of the tests"
NOW = 1_760_000_000.0


class Shelf:
    """A store that keeps deliveries in memory and can be told to fail."""

    def __init__(self) -> None:
        self.groups: list[list[Delivery]] = []
        self.failure: Exception | None = None
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def __call__(self, deliveries: Sequence[Delivery]) -> None:
        await asyncio.sleep(0)
        await self.is_open.wait()
        if self.failure is not None:
            raise self.failure
        self.groups.append(list(deliveries))

    @property
    def stored(self) -> list[Delivery]:
        return [delivery for group in self.groups for delivery in group]


async def bolt(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in for Bolt: echo what was handed on, which proves that the body was replayed."""
    message = await receive()
    await answer(send, 200, b"bolt:" + message["body"])


def event(event_id: str = "Ev1", **inner: Any) -> dict[str, Any]:
    message = {"type": "message", "channel": "C1", "user": "U1", "text": "Acme cut prices", "ts": "1.000100"}
    return {
        "type": "event_callback",
        "event_id": event_id,
        "team_id": "T2",
        "authorizations": [{"team_id": "T1", "enterprise_id": None, "user_id": "UBOT", "is_bot": True}],
        "event": {**message, "event_ts": "1.000100", **inner},
    }


def signed(body: bytes, at: float = NOW, secret: str = SECRET) -> dict[str, str]:
    base = b"v0:" + str(int(at)).encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(int(at)), "x-slack-signature": f"v0={digest}"}


class Door:
    """A front door with a shelf behind it, spoken to over ASGI."""

    def __init__(self, secrets: Sequence[str] = (SECRET,), ourselves: Ourselves | None = None) -> None:
        self.shelf = Shelf()
        intake = self.intake = EventIntake(GroupCommit(self.shelf), ourselves or Ourselves())
        self.app = FrontDoor(intake, bolt, secrets, lambda: NOW)

    async def post(
        self, body: bytes, headers: dict[str, str] | None = None, content_type: str = "application/json"
    ) -> httpx.Response:
        sent = {"content-type": content_type, **(signed(body) if headers is None else headers)}
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://nugget.test", trust_env=False) as client:
            return await client.post("/slack/events", content=body, headers=sent)

    async def deliver(self, payload: Any) -> httpx.Response:
        return await self.post(json.dumps(payload).encode())


async def test_an_event_is_stored_as_it_came_before_it_is_acknowledged() -> None:
    door = Door()
    body = json.dumps(event()).encode()
    assert (await door.post(body)).status_code == 200
    (stored,) = door.shelf.stored
    assert (stored.team_id, stored.dedupe_key, stored.kind) == ("T1", "Ev1", "message")
    assert (stored.channel_id, stored.message_ts, stored.body) == ("C1", "1.000100", body)


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again() -> None:
    door = Door()
    door.shelf.failure = TemporaryError("the database is away")
    assert (await door.deliver(event())).status_code == 503
    door.shelf.failure = None
    assert (await door.deliver(event())).status_code == 200
    assert len(door.shelf.stored) == 1


async def test_a_redelivery_of_what_is_on_disk_costs_no_transaction() -> None:
    door = Door()
    for _ in range(3):
        assert (await door.deliver(event())).status_code == 200
    assert len(door.shelf.groups) == 1


async def test_events_that_wait_together_are_stored_together() -> None:
    door = Door()
    answers = await asyncio.gather(*(door.deliver(event(f"Ev{number}")) for number in range(20)))
    assert {response.status_code for response in answers} == {200}
    assert len(door.shelf.stored) == 20
    assert len(door.shelf.groups) < 20


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-request-timestamp": str(int(NOW)), "x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": "1" * 5000, "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": str(int(NOW)), "x-slack-signature": "v0=é"},
    ],
)
async def test_a_wrong_signature_is_refused_before_anything_is_parsed(headers: dict[str, str]) -> None:
    door = Door()
    raw = {key: value.encode("latin-1").decode("latin-1") for key, value in headers.items()}
    response = await door.post(b'{"not": json', {k: v for k, v in raw.items() if v.isascii()})
    assert response.status_code == 401
    assert door.shelf.stored == []


def test_a_signature_that_is_not_ascii_is_no_signature() -> None:
    assert not is_signed([SECRET], str(int(NOW)), "v0=é", b"{}", NOW)


@pytest.mark.parametrize(("age", "accepted"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)])
def test_an_old_signature_may_be_a_replay(age: int, accepted: bool) -> None:
    headers = signed(b"{}", NOW - age)
    timestamp, signature = headers["x-slack-request-timestamp"], headers["x-slack-signature"]
    assert is_signed([SECRET], timestamp, signature, b"{}", NOW) is accepted


async def test_both_secrets_hold_during_a_rotation() -> None:
    door = Door(secrets=("new", "old"))
    body = json.dumps(event()).encode()
    assert (await door.post(body, signed(body, secret="old"))).status_code == 200
    assert (await door.post(body, signed(body, secret="new"))).status_code == 200
    assert (await door.post(body, signed(body, secret="older"))).status_code == 401


@pytest.mark.parametrize("body", [b"{bad", b"[1, 2]", b"5", b"", b"[" * 200_000, b"1" * 5000, b'"text"', b"\xff\xfe"])
async def test_a_signed_body_that_is_no_json_object_gets_a_plain_answer(body: bytes) -> None:
    door = Door()
    assert (await door.post(body)).status_code == 400
    assert door.shelf.stored == []


async def test_a_body_up_to_a_megabyte_is_read_and_not_a_byte_more() -> None:
    door = Door()
    padding = 1_000_000 - len(json.dumps(event(text="")))
    assert (await door.deliver(event(text="x" * padding))).status_code == 200
    assert (await door.deliver(event("Ev2", text="x" * (padding + 1)))).status_code == 413
    assert len(door.shelf.stored) == 1


async def test_the_url_check_gets_its_challenge_back() -> None:
    response = await Door().deliver({"type": "url_verification", "challenge": "abc", "token": "x"})
    assert (response.status_code, response.text) == (200, "abc")


async def test_being_rate_limited_is_acknowledged_and_not_stored() -> None:
    door = Door()
    assert (await door.deliver({"type": "app_rate_limited", "team_id": "T1"})).status_code == 200
    assert door.shelf.stored == []


async def test_commands_and_forms_are_handed_on_to_bolt_whole() -> None:
    body = b"command=%2Fintel&text=Acme"
    response = await Door().post(body, content_type="application/x-www-form-urlencoded")
    assert response.content == b"bolt:" + body


@pytest.mark.parametrize(
    "inner",
    [
        {"bot_id": "BUS"},
        {"user": "UUS"},
        {"type": "reaction_added", "user": "UUS", "item": {"type": "message", "channel": "C1", "ts": "1.0"}},
        {"subtype": "message_changed", "user": None, "message": {"bot_id": "BUS", "ts": "1.0"}},
    ],
)
async def test_what_we_caused_ourselves_is_acknowledged_and_dropped(inner: dict[str, Any]) -> None:
    door = Door(ourselves=Ourselves({"UUS"}, {"BUS"}))
    assert (await door.deliver(event(**inner))).status_code == 200
    assert door.shelf.stored == []


def test_a_delivery_names_the_message_that_it_is_about() -> None:
    added = {"type": "reaction_added", "user": "U2", "reaction": "eyes", "event_ts": "3.0"}
    reaction = {**added, "item": {"type": "message", "channel": "C9", "ts": "1.5"}}
    changed = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "3.0", "message": {"ts": "1.5"}}
    deleted = {**changed, "subtype": "message_deleted", "deleted_ts": "1.5", "previous_message": {"ts": "1.5"}}
    del deleted["message"]
    for inner, channel in ((reaction, "C9"), (changed, "C1"), (deleted, "C1")):
        delivery = delivery_of({"event_id": "Ev1", "team_id": "T1"}, inner, b"{}")
        assert (delivery.channel_id, delivery.message_ts) == (channel, "1.5")


async def test_one_failing_group_leaves_nobody_waiting() -> None:
    shelf = Shelf()
    shelf.failure = UnicodeError("not a kind of failure that anybody planned for")
    group = GroupCommit(shelf)
    waiting = [group.add(Delivery("T1", f"Ev{number}", "message", b"{}")) for number in range(3)]
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert [type(outcome) for outcome in outcomes] == [UnicodeError] * 3


async def test_a_store_that_does_not_answer_in_time_is_answered_for_and_keeps_the_event_once() -> None:
    door = Door()
    door.intake.patience = 0.02
    door.shelf.is_open.clear()
    assert (await door.deliver(event())).status_code == 503
    door.shelf.is_open.set()
    door.intake.patience = 2.5
    assert (await door.deliver(event())).status_code == 200
    assert {delivery.dedupe_key for delivery in door.shelf.stored} == {"Ev1"}
