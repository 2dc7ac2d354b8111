"""The neutral clock moves ahead only, and another process can read its offset."""

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.clock import NeutralClock
from bot.playground.world import micros_of, ts_of


def test_business_time_is_real_time_plus_what_it_was_moved_by() -> None:
    clock = NeutralClock(real_seconds=lambda: 1000.0)
    clock.advance(timedelta(hours=1))
    assert clock.now() == datetime.fromtimestamp(4600, UTC)


def test_it_never_goes_back() -> None:
    clock = NeutralClock(real_seconds=iter([1000.0, 500.0, 1000.5]).__next__)
    assert [clock.seconds(), clock.seconds(), clock.seconds()] == [1000.0, 1000.0, 1000.5]
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(timedelta(seconds=-1))


def test_moving_to_an_instant_that_has_passed_leaves_it() -> None:
    clock = NeutralClock(real_seconds=lambda: 1000.0)
    clock.move_to(datetime.fromtimestamp(900, UTC))
    assert clock.seconds() == 1000.0
    clock.move_to(datetime.fromtimestamp(1900, UTC))
    assert clock.seconds() == 1900.0


def test_whoever_listens_is_told_of_a_move() -> None:
    clock, heard = NeutralClock(), list[bool]()
    clock.on_move.append(lambda: heard.append(True))
    clock.advance(timedelta(days=1))
    assert heard == [True]


def test_the_offset_file_holds_one_little_endian_float_and_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    first = NeutralClock(path, real_seconds=lambda: 0.0)
    assert path.read_bytes() == bytes(8)
    first.advance(timedelta(seconds=90))
    assert struct.unpack("<d", path.read_bytes()) == (90.0,)
    first.close()
    second = NeutralClock(path, real_seconds=lambda: 0.0)
    assert second.seconds() == 90.0
    second.close()


@given(st.integers(0, 4_000_000_000_000_000))
def test_a_timestamp_keeps_its_microseconds(micros: int) -> None:
    assert micros_of(ts_of(micros)) == micros


@pytest.mark.parametrize("text", ["", ".", "x", "1.1234567", "-1", "1e3", "١.٢", "1.2.3"])
def test_what_is_no_timestamp_is_told_apart(text: str) -> None:
    with pytest.raises(ValueError, match="no timestamp"):
        micros_of(text)
