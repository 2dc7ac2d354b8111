"""A quarter of a company of forty reps, told line by line and lived through Slack events."""

from bot.operate.demo.quarter.live import live_quarter
from bot.operate.demo.quarter.people import NEWCOMERS, Newcomer

__all__ = ["NEWCOMERS", "Newcomer", "live_quarter"]
