"""Reading what a message carries beside its words: files, recordings and forwarded messages."""

from typing import Any

import pytest

from bot.domain.views import FileLink
from bot.slack.attached import GAVE_UP, Clip, clip_of, forwarded, links_of
from bot.slack.spoken import Hearing, read_spoken

LINK = "https://hooli.slack.example/files/F1/plan.pdf"
FILE = {"id": "F1", "name": "plan.pdf", "title": "The plan", "permalink": LINK}
CLIP = {**FILE, "subtype": "slack_audio"}


def complete(words: str, **more: Any) -> dict[str, Any]:
    return {**CLIP, "transcription": {"status": "complete", "preview": {"content": words, **more}}}


def share(text: Any, author: str = "U2", **more: Any) -> dict[str, Any]:
    return {"is_share": True, "is_msg_unfurl": True, "author_id": author, "text": text, **more}


def spoken(**message: Any) -> Any:
    message = {"user": "U1", "text": "", "ts": "1.0", **message}
    return read_spoken("T1", "C1", message, "1.0", Hearing("UNUGGET"))


@pytest.mark.parametrize(
    ("files", "links"),
    [
        ([FILE], (FileLink("The plan", LINK),)),
        ([{**FILE, "title": None}], (FileLink("plan.pdf", LINK),)),
        ([{**FILE, "title": " ", "name": 7}], (FileLink("file", LINK),)),
        ([{**FILE, "title": "nul\x00"}], (FileLink("nul\ufffd", LINK),)),
        ([FILE, FILE], (FileLink("The plan", LINK),)),
        ([{**FILE, "mode": "tombstone"}], ()),
        ([{**FILE, "mode": "hidden_by_limit"}], ()),
        ([{"id": "F1", "mode": "file_access", "file_access": "check_file_info"}], ()),
        ([{**FILE, "permalink": "javascript:alert(1)"}], ()),
        ([{**FILE, "permalink": "https://x/" + "y" * 1000}], ()),
        ([None, 7, "F1", []], ()),
        ("F1", ()),
        (None, ()),
    ],
)
def test_files_are_names_and_links(files: Any, links: tuple[FileLink, ...]) -> None:
    assert links_of({"files": files}) == links


def test_of_many_files_ten_are_linked() -> None:
    many = [{**FILE, "permalink": f"{LINK}?{number}"} for number in range(30)]
    assert len(links_of({"files": many})) == 10


@pytest.mark.parametrize(
    ("file", "clip"),
    [
        (CLIP, Clip("F1", "", is_pending=True)),
        ({**CLIP, "subtype": "slack_video"}, Clip("F1", "", is_pending=True)),
        ({**CLIP, "transcription": {"status": "processing"}}, Clip("F1", "", is_pending=True)),
        ({**CLIP, "transcription": {"status": "something new"}}, Clip("F1", "", is_pending=True)),
        ({**CLIP, "transcription": {"status": "failed"}}, Clip("F1", "", is_pending=False)),
        ({**CLIP, "transcription": {"status": "none"}}, Clip("F1", "", is_pending=False)),
        ({**CLIP, "transcription": 7}, Clip("F1", "", is_pending=True)),
        (complete("Acme cut"), Clip("F1", "Acme cut", is_pending=False)),
        (complete("Acme", has_more=True), Clip("F1", "Acme", is_pending=True)),
        ({**complete("Acme", has_more=True), "vtt": LINK}, Clip("F1", "Acme", is_pending=True, vtt=LINK)),
        (
            {**CLIP, "transcription": {"status": GAVE_UP, "preview": {"content": "Acme", "has_more": True}}},
            Clip("F1", "Acme", is_pending=False),
        ),
        (FILE, None),
        ({"subtype": "slack_audio"}, None),
    ],
)
def test_a_recording_is_waited_for_until_its_words_are_there_or_never_come(file: Any, clip: Clip | None) -> None:
    assert clip_of({"files": [file]}) == clip


def test_a_recording_with_words_beside_it_says_those() -> None:
    heard = spoken(text="Acme cut prices", files=[complete("hm, yes")])
    assert (heard.words, heard.clip, heard.files) == ("Acme cut prices", None, (FileLink("The plan", LINK),))


def test_what_is_said_in_a_recording_is_taken_as_it_is() -> None:
    heard = spoken(files=[complete("less < more & <@U1> stays")])
    assert (heard.words, heard.line) == ("less < more & <@U1> stays",) * 2


@pytest.mark.parametrize(
    ("text", "attachments", "words", "is_retold"),
    [
        ("", [share("Acme &amp; co")], "Acme & co", True),
        ("Look:", [share("one"), share("two")], "Look:\n\none\n\ntwo", True),
        ("Look:", [share("mine", author="U1")], "Look:\n\nmine", False),
        ("Look:", [share("")], "Look:", False),
        ("Look:", [share(7)], "Look:", False),
        ("See <https://x.slack.example/p1>", [{"is_msg_unfurl": True, "text": "preview"}], None, False),
        ("See <https://acme.example>", [{"from_url": "https://acme.example", "text": "preview"}], None, False),
        ("Look:", [None, "x"], "Look:", False),
        ("Look:", {"text": "x"}, "Look:", False),
    ],
)
def test_forwarded_words_are_kept_and_previews_are_not(
    text: str, attachments: Any, words: str | None, is_retold: bool
) -> None:
    heard = spoken(text=text, attachments=attachments)
    assert heard.is_retold is is_retold
    assert heard.words == words if words is not None else "preview" not in heard.words


def test_a_recording_that_is_forwarded_with_words_is_no_recording_of_ones_own() -> None:
    assert spoken(attachments=[share("Acme cut")], files=[CLIP]).clip is None
    assert forwarded({"user": "U1", "attachments": [share("x")]}) == ("x", True)
