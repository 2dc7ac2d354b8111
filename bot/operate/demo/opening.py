"""What has happened before a visitor comes: the first days of October, so that there is something to look at."""

from datetime import UTC, datetime

from bot.operate.demo.play import Month, Tell, live_day
from bot.operate.demo.script import by_day

LAST_DAY = 9
BEGINS_ON = 12
"""The visitor comes on Monday the 12th."""


async def live_opening(month: Month, tell: Tell) -> None:
    """Live the script up to the ninth."""
    days = [entry for entry in by_day() if entry[0] <= LAST_DAY]
    for number, (day, said, done) in enumerate(days):
        await live_day(month, day, said, done)
        tell(number + 1, len(days))
    month.company.clock.move_to(datetime(2026, 10, BEGINS_ON, 7, 30, tzinfo=UTC))
