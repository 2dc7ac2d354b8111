"""The clock that can be moved, and logs that keep secrets."""

import json
import struct
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot.clock import file_clock, system_clock
from bot.logs import redact, set_up_logs


def test_the_clock_follows_the_offset_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    now = file_clock(path)
    assert abs(now() - system_clock()) < timedelta(seconds=5)
    path.write_bytes(struct.pack("<d", -86_400.0))
    assert abs(now() - system_clock() + timedelta(days=1)) < timedelta(seconds=5)
    path.write_bytes(b"123")
    assert abs(now() - system_clock()) < timedelta(seconds=5)


@pytest.mark.parametrize("secret", ["xoxb-12-ab", "xapp-1-A-b", "Bearer abc.def", "v0=" + "a1" * 32, "xoxe.xoxp-1-Mi"])
def test_nothing_that_looks_like_a_secret_is_logged(secret: str) -> None:
    assert secret not in redact(f"before {secret} after")
    assert redact(f"before {secret} after").endswith("after")


def test_log_lines_are_json_and_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("INFO", "json")
    try:
        structlog.get_logger("bot.test").info("token_seen", token="xoxb-1-2")
    finally:
        structlog.reset_defaults()
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert (line["event"], line["token"], line["level"]) == ("token_seen", "[redacted]", "info")
