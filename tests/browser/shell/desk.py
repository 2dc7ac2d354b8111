"""The small company that the tests of the page live in, and an app of the tests' own."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.page.offer import Act, Due, PageOffer
from bot.playground.server import StandIn
from bot.playground.spec import Channel, CommandNote, Person, Shortcut, WorldSpec
from tests.playground.apps import SILENT, SocketApp

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

Json = dict[str, Any]
BOT = "UNUGGET"
MEMBERS = ("UANA", "UPRIYA", BOT)
SPEC = WorldSpec(
    people=(
        Person("UANA", "ana", "Ana Ruiz", title="Rep, EMEA"),
        Person("UPRIYA", "priya", "Priya Nair", tz="Asia/Kolkata", title="Product manager, Login"),
        Person("UGIL", "gil", "Gil Guest", is_guest=True),
        Person("UOLGA", "olga", "Olga Novak", team_id="TOTHER", title="Globex (another company)"),
    ),
    channels=(
        Channel("CINTEL", "intel", members=MEMBERS, topic="What we hear"),
        Channel("CASKS", "asks", members=MEMBERS),
        Channel("CLEADS", "leads", is_private=True, members=("UANA", BOT)),
        Channel("CGLOBEX", "globex", is_ext_shared=True, members=("UANA", "UOLGA", BOT)),
        Channel("CPLAY", "play", members=("UPRIYA",)),
    ),
    command_notes={"/intel": CommandNote("Share what you heard", "[TEXT | about NAME]")},
    message_shortcuts=(Shortcut("save", "Save as intel"),),
    global_shortcuts=(Shortcut("share", "Share intel"),),
)


def plain(text: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def field(block_id: str, label: str, **more: Any) -> Json:
    """Return an input block with one line of text."""
    element = {"type": "plain_text_input", "action_id": "v"}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def button(action_id: str, text: str, **more: Any) -> Json:
    """Return a button."""
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def form(title: str, *blocks: Json) -> Json:
    """Return a modal."""
    return {"type": "modal", "title": plain(title), "submit": plain("Save"), "blocks": list(blocks)}


COMPETITORS = ("Acme", "Initech", "Umbrella")
WANTED = form(
    "Want to know",
    {
        "type": "input",
        "block_id": "about",
        "label": plain("About whom?"),
        "element": {"type": "external_select", "action_id": "v", "min_query_length": 1},
    },
)
HEARD = form(
    "Share intel",
    field("heard", "What did you hear?"),
    field("account", "Account", optional=True),
    {"type": "actions", "block_id": "acts", "elements": [button("details", "Add deal details")]},
)
WHISPER: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "Got it: *N-12*, Acme."}}


class Bot:
    """An app that answers as the one does for which the page is made: forms, private answers, now and then nothing."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.app = SocketApp(client, self._answer)
        self._calls: set[asyncio.Task[Any]] = set()

    @property
    def payloads(self) -> list[Json]:
        """What came with interactions so far."""
        return self.app.payloads("interactive")

    def _answer(self, request: SocketModeRequest) -> Any:
        given: Json = request.payload
        if request.type == "slash_commands":
            return self._answer_command(given)
        if request.type == "interactive":
            return self._answer_press(given)
        return None

    def _answer_command(self, given: Json) -> Any:
        if given["text"] == "silence":
            return SILENT
        if given["text"] == "want":
            self._call(self.client.views_open(trigger_id=given["trigger_id"], view=WANTED))
            return None
        if given["text"]:
            return {"response_type": "ephemeral", "text": "Got it", "blocks": [WHISPER]}
        self._call(self.client.views_open(trigger_id=given["trigger_id"], view=HEARD))
        return None

    def _answer_press(self, given: Json) -> Any:
        if given["type"] == "block_suggestion":
            found = [name for name in COMPETITORS if given["value"].casefold() in name.casefold()]
            return {"options": [{"text": plain(name), "value": name.casefold()} for name in found]}
        if given["type"] in ("message_action", "shortcut"):
            self._call(self.client.views_open(trigger_id=given["trigger_id"], view=HEARD))
        if given["type"] == "block_actions" and given["actions"][0]["action_id"] == "details":
            changed = form("Share intel", *HEARD["blocks"], field("deal", "Deal", optional=True))
            self._call(self.client.views_update(view_id=given["view"]["id"], view=changed))
        return self._answer_form(given["view"]) if given["type"] == "view_submission" else None

    def _answer_form(self, view: Json) -> Any:
        heard = (view["state"]["values"].get("heard") or {}).get("v", {}).get("value")
        if heard == "too short":
            return {"response_action": "errors", "errors": {"heard": "A few more words, please."}}
        if heard == "more":
            return {"response_action": "push", "view": form("Who said it", field("who", "Their name"))}
        return {"response_action": "clear"}

    def _call(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)


class Tour:
    """A tour of two steps: the first is done by a command, the second by moving the clock."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.is_hidden = False

    def steps(self) -> list[Json]:
        """Return the steps."""
        first: Json = {"id": "share", "title": "Share what you heard", "text": "Type */intel* and one line."}
        second: Json = {"id": "wait", "title": "Let the notice go out", "text": "Notices rest two minutes."}
        first |= {"as": ["UPRIYA"], "channel_id": "CASKS", "try": "/intel Acme cut prices", "move": None}
        second |= {"as": None, "channel_id": None, "try": None, "move": "seconds:150"}
        return [{**step, "is_done": step["id"] in self.done} for step in (first, second)]

    def noticed(self, act: Act) -> None:
        """Tick the first step off."""
        if act.name == "command":
            self.done.add("share")

    def look(self) -> None:
        """See nothing."""

    def hide(self, is_hidden: bool) -> None:
        """Take note of it."""
        self.is_hidden = is_hidden

    def restart(self) -> None:
        """Begin anew."""
        self.done.clear()


class Desk:
    """A stand-in with the company in it, its app, and the windows of people."""

    def __init__(self, standin: StandIn, bot: Bot, open_page: Any) -> None:
        self.standin = standin
        self.bot = bot
        self._open_page = open_page
        self._windows: list[Page] = []

    async def window(self, person: str, place: str = "CINTEL", **options: Any) -> "Page":
        """Open the page as somebody, in a window of its own."""
        page: Page = await self._open_page(**{"viewport": {"width": 1280, "height": 800}, **options})
        self._windows.append(page)
        await page.goto(f"{self.standin.page_url}?as={person}#{place}")
        await page.locator(".app").wait_for()
        return page

    async def close_windows(self) -> None:
        """Close them all, so that none complains of a server that has gone."""
        for page in self._windows:
            await page.close()


async def start(page: PageOffer | None = None, **options: Any) -> StandIn:
    """Start a stand-in with the company in it. Without an offer of the test's own there is a tour, and the clock."""
    started: list[StandIn] = []

    async def next_due() -> Due:
        return Due(started[0].clock.now() + timedelta(days=2), "the recap of October")

    offer = page or PageOffer(next_due=next_due, tour=Tour())
    started.append(await StandIn.start(SPEC, page=offer, **options))
    return started[0]


def box(page: "Page") -> "Locator":
    """The box in which the open conversation is written in."""
    return page.get_by_role("textbox", name="Message ")


def line(page: "Page", text: str) -> "Locator":
    """The message in the open conversation that holds this text."""
    return page.locator(".conversation .message").filter(has_text=text)


async def hovered(page: "Page", text: str, name: str) -> None:
    """Press a button of a message's toolbar, by the pointer."""
    await line(page, text).hover()
    await page.get_by_role("toolbar").get_by_role("button", name=name).click()
