"""Who may talk to the stand-in: programs of this machine and its own page, and no other page of the web."""

import aiohttp
import pytest

from bot.playground.server import StandIn

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "localhost:80; script-src *"},
]
PATHS = ["", "page/emoji.json", "api/auth.test", "_standin/see/record", "_standin/clock", "response/x"]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", PATHS)
async def test_no_other_page_of_the_web_reaches_anything(
    session: aiohttp.ClientSession, standin: StandIn, path: str, headers: dict[str, str]
) -> None:
    for ask in (session.get, session.post):
        async with ask(standin.page_url + path, headers=headers) as response:
            assert response.status == 403
            assert "access-control-allow-origin" not in response.headers
    assert standin.record == []


@pytest.mark.parametrize("headers", FOREIGN)
async def test_no_other_page_of_the_web_opens_a_socket(
    session: aiohttp.ClientSession, standin: StandIn, headers: dict[str, str]
) -> None:
    for url in (f"{standin.page_url}page/live?as=UANA", standin.workspace.open_socket_address()):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(url, headers=headers)
        assert caught.value.status == 403


async def test_the_own_page_and_programs_come_in(session: aiohttp.ClientSession, standin: StandIn) -> None:
    own = {"Origin": standin.workspace.origin, "Sec-Fetch-Site": "same-origin"}
    for headers in ({}, own, {"Sec-Fetch-Site": "none"}):
        async with session.get(f"{standin.page_url}page/emoji.json", headers=headers) as response:
            assert response.status == 200
        async with session.ws_connect(f"{standin.page_url}page/live?as=UANA", headers=headers) as socket:
            assert (await socket.receive_json())["set"]["me"] == {"id": "UANA"}
    port = standin.page_url.rsplit(":", 1)[1].strip("/")
    by_name = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    async with session.get(f"{standin.page_url}page/emoji.json", headers=by_name) as response:
        assert response.status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_what_a_form_of_another_page_could_send_is_refused(
    session: aiohttp.ClientSession, standin: StandIn, kind: str
) -> None:
    body = b'{"as": "UANA", "channel_id": "CINTEL", "text": "x"}'
    for path in ("page/act/say", "page/do/reset"):
        async with session.post(standin.page_url + path, data=body, headers={"Content-Type": kind}) as response:
            assert response.status == 415
    assert standin.messages("UANA", "CINTEL") == []


@pytest.mark.parametrize("path", ["", "page/nothing.js", "page/emoji.json", "page/act/say"])
async def test_answers_of_the_page_keep_to_themselves(
    session: aiohttp.ClientSession, standin: StandIn, path: str
) -> None:
    async with session.get(standin.page_url + path) as response:
        headers = response.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["style-src"] == policy["script-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["connect-src"] == f"'self' {standin.workspace.origin.replace('http', 'ws')}"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
