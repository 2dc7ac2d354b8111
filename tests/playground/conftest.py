"""A stand-in with a few people, and clients to talk to it as an app would."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from bot.playground.spec import Channel, Person, UserGroup, WorldSpec
from tests.playground.apps import HttpApp, SocketApp

BOT = "UNUGGET"
SPEC = WorldSpec(
    people=(
        Person("UANA", "ana", "Ana Alves"),
        Person("UBO", "bo", "Bo Berg", tz="America/New_York"),
        Person("UGUEST", "gil", "Gil Guest", is_guest=True),
        Person("UOUT", "olga", "Olga Outside", team_id="TOTHER"),
        Person("UGONE", "gone", "Gone Away", is_deleted=True),
    ),
    channels=(
        Channel("CINTEL", "intel", members=("UANA", "UBO", BOT)),
        Channel("CASKS", "asks", members=("UANA", "UBO", BOT)),
        Channel("CMORE", "more", members=("UANA", "UGUEST", BOT)),
        Channel("CPUBLIC", "public", members=("UANA",)),
        Channel("CSECRET", "secret", is_private=True, members=("UBO",)),
        Channel("CPRIVATE", "private", is_private=True, members=("UANA", BOT)),
        Channel("CSHARED", "shared", is_ext_shared=True, members=("UANA", "UOUT", BOT)),
    ),
    usergroups=(UserGroup("SPMS", "pms", ("UBO",)),),
)


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    """Give a stand-in on a socket, without an app that listens."""
    stand_in = await StandIn.start(SPEC)
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give an HTTP session."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(standin: StandIn, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Give the official client, with the app's token and no retries of its own."""
    return AsyncWebClient("xoxb-standin", base_url=standin.base_url, session=session, retry_handlers=[])


@pytest.fixture
async def app(client: AsyncWebClient) -> AsyncIterator[SocketApp]:
    """Give an app that is connected and acknowledges all that it gets."""
    connected = SocketApp(client)
    await connected.connect()
    yield connected
    await connected.close()


@pytest.fixture
async def http_app() -> AsyncIterator[HttpApp]:
    """Give an app behind an address."""
    started = HttpApp()
    await started.start()
    yield started
    await started.close()
