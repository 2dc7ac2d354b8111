"""How many customers ask for something: distinct accounts against their base, and money in two figures.

Product rule 4: one customer is not a market. An account counts once however many reports name it, an opportunity's
money once whatever was joined, and what the CRM says is never added to what reps claim.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bot.domain.money import Money, minor_digits
from bot.domain.policies import RatePolicy


@dataclass(frozen=True, slots=True)
class AccountAsked:
    """An account as a report names it; `crm` is what the CRM list says of it."""

    account_id: int
    is_confirmed: bool
    segment: str | None = None
    crm: Money | None = None


@dataclass(frozen=True, slots=True)
class OpportunityAsked:
    """A deal as a report names it, with its amount in the CRM list."""

    opportunity_id: int
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """One report, as far as demand is counted: for whom, with which deal, and what its reporter says it is worth."""

    report_id: int
    reported_at: datetime
    account: AccountAsked | None = None
    opportunity: OpportunityAsked | None = None
    claimed: Money | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """A sum in the workspace's own currency; amounts for which there is no rate stand beside it, by currency."""

    total: Money | None = None
    others: tuple[Money, ...] = ()
    is_converted: bool = False
    """Whether a rate was needed, so that the day of the rates has to be shown."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount that is shown, one for each currency."""
        return (*((self.total,) if self.total else ()), *self.others)


@dataclass(frozen=True, slots=True)
class Demand:
    """Who asks for an item: `confirmed` accounts of the list out of `base`, and those that are not on the list."""

    confirmed: int = 0
    base: int = 0
    """How many accounts the list has: of the one segment, if all of them are of one."""
    segment: str | None = None
    """The segment that all confirmed accounts share, if they do."""
    by_segment: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Segment → how many of its accounts ask, and how many it has; for accounts of more than one segment."""
    unconfirmed: int = 0
    crm: Worth = Worth()
    claimed: Worth = Worth()
    rates_on: date | None = None


def count_demand(voices: Iterable[Voice], bases: Mapping[str | None, int], currency: str, rates: RatePolicy) -> Demand:
    """Return the demand that these reports add up to; `bases` is how many confirmed accounts each segment has."""
    heard = sorted(voices, key=lambda voice: (voice.reported_at, voice.report_id))
    accounts = {voice.account.account_id: voice.account for voice in heard if voice.account is not None}
    confirmed = [account for account in accounts.values() if account.is_confirmed]
    segments = {account.segment for account in confirmed}
    only = next(iter(segments)) if len(segments) == 1 else None
    return Demand(
        confirmed=len(confirmed),
        base=bases.get(only, 0) if only else sum(bases.values()),
        segment=only,
        by_segment=_by_segment(confirmed, bases) if len(segments) > 1 else {},
        unconfirmed=len(accounts) - len(confirmed),
        crm=_worth(_crm(heard), currency, rates),
        claimed=_worth(_claimed(heard), currency, rates),
        rates_on=rates.on,
    )


def _by_segment(confirmed: Iterable[AccountAsked], bases: Mapping[str | None, int]) -> dict[str, tuple[int, int]]:
    named = [account.segment for account in confirmed if account.segment]
    return {segment: (named.count(segment), bases.get(segment, 0)) for segment in sorted(set(named))}


def _crm(heard: Iterable[Voice]) -> list[Money]:
    """Return each deal's amount once; an account's own amount stands where none of its deals is named with one."""
    deals = {
        voice.opportunity.opportunity_id: (voice.account, voice.opportunity.amount)
        for voice in heard
        if voice.opportunity is not None and voice.opportunity.amount is not None
    }
    with_deals = {account.account_id for account, _ in deals.values() if account is not None}
    accounts = {voice.account.account_id: voice.account for voice in heard if voice.account is not None}
    alone = [
        account.crm
        for account in accounts.values()
        if account.crm is not None and account.is_confirmed and account.account_id not in with_deals
    ]
    return [*(amount for _, amount in deals.values() if amount is not None), *alone]


def _claimed(heard: Iterable[Voice]) -> list[Money]:
    """Return the newest claim for each deal, else for each account, else of each report that names neither.

    A deal's account is not claimed for a second time: where both are named, the deal is what the claim is about.
    """
    newest: dict[tuple[str, int], Money] = {}
    accounts_with_deals = {
        voice.account.account_id
        for voice in heard
        if voice.opportunity is not None and voice.account is not None and voice.claimed is not None
    }
    for voice in heard:
        if voice.claimed is None:
            continue
        account_id = voice.account.account_id if voice.account else None
        if voice.opportunity is not None:
            newest["opportunity", voice.opportunity.opportunity_id] = voice.claimed
        elif account_id is None:
            newest["report", voice.report_id] = voice.claimed
        elif account_id not in accounts_with_deals:
            newest["account", account_id] = voice.claimed
    return list(newest.values())


def _worth(amounts: Iterable[Money], currency: str, rates: RatePolicy) -> Worth:
    """Add amounts up; what has no rate is added up by its own currency and stands by itself."""
    own = 0
    is_own = is_converted = False
    others: dict[str, int] = {}
    for money in amounts:
        rate = Decimal(1) if money.currency == currency else rates.worth.get(money.currency)
        if rate is None:
            others[money.currency] = others.get(money.currency, 0) + money.minor
            continue
        own += convert(money, currency, rate).minor
        is_own, is_converted = True, is_converted or money.currency != currency
    total = Money(own, currency) if is_own else None
    return Worth(total, tuple(Money(minor, code) for code, minor in sorted(others.items())), is_converted)


def convert(money: Money, currency: str, rate: Decimal) -> Money:
    """Return an amount in another currency, of which one unit of the amount's own is worth `rate`."""
    scaled = Decimal(money.minor) * rate * Decimal(10) ** (minor_digits(currency) - minor_digits(money.currency))
    return Money(int(scaled.to_integral_value(ROUND_HALF_UP)), currency)
