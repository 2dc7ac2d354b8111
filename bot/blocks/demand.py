"""Demand in words: distinct accounts against their base, and the two figures of money, which are never added up."""

from bot.blocks.parts import counted, day, short
from bot.domain.demand import Demand, Worth
from bot.domain.money import format_money
from bot.domain.views import ItemView
from bot.domain.words import Kind

ASKING = {Kind.ASK: "Asked for by", Kind.NUGGET: "Heard at"}


def accounts_asking(demand: Demand) -> str:
    """Return how many accounts ask: "6 of 180 mid-market accounts, and 2 unconfirmed"; empty where none is named."""
    confirmed = _confirmed(demand) if demand.confirmed else ""
    if not demand.unconfirmed:
        return confirmed
    if not confirmed:
        return f"{counted(demand.unconfirmed, 'unconfirmed account', 'unconfirmed accounts')}"
    return f"{confirmed}, and {demand.unconfirmed} unconfirmed"


def _confirmed(demand: Demand) -> str:
    segment = f"{short(demand.segment)} " if demand.segment else ""
    of_base = f" of {demand.base}" if demand.base > 1 else ""
    noun = "account" if demand.confirmed == 1 and demand.base <= 1 else "accounts"
    parts = ", ".join(f"{asking} of {base} {short(name)}" for name, (asking, base) in demand.by_segment.items())
    return f"{demand.confirmed}{of_base} {segment}{noun}" + (f" ({parts})" if parts else "")


def demand_sentence(item: ItemView) -> str:
    """Return who asks for an item, without names and money; empty where no account is named."""
    asking = accounts_asking(item.demand)
    return f"{ASKING[item.kind]} {asking}." if asking else ""


def money_lines(item: ItemView) -> list[str]:
    """Return what the CRM list and what reps say it is worth, each by itself, for readers who may see money."""
    if not item.may_see_money:
        return []
    demand = item.demand
    known = [("CRM", demand.crm), ("Claimed by reps", demand.claimed)]
    shown = [f"{name}: {_amounts(worth)}" for name, worth in known if worth.amounts]
    is_converted = demand.crm.is_converted or demand.claimed.is_converted
    rates = f" (rates of {day(demand.rates_on)})" if is_converted and demand.rates_on else ""
    return [" · ".join(shown) + rates] if shown else []


def _amounts(worth: Worth) -> str:
    return " and ".join(format_money(money) for money in worth.amounts)
