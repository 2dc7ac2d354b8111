"""How many customers ask for an item, counted from its reports as they stand."""

from bot.domain.demand import AccountAsked, Demand, OpportunityAsked, Voice, count_demand
from bot.domain.money import Money
from db.models import Item
from db.repositories.demand import VoiceRow
from db.unit_of_work import UnitOfWork


def demand_of(uow: UnitOfWork, item: Item) -> Demand:
    """Return the demand for an item; nothing where no report of it names an account or an amount."""
    voices = [_voice(row) for row in uow.voices.list_(item.id)]
    if not any(voice.account or voice.claimed for voice in voices):
        return Demand()
    named = any(voice.account is not None and voice.account.is_confirmed for voice in voices)
    bases = uow.voices.count_accounts(item.team_id) if named else {}
    policy = uow.policy(item.team_id)
    return count_demand(voices, bases, policy.currency, policy.rates)


def _voice(row: VoiceRow) -> Voice:
    account = opportunity = None
    if row.account_id is not None:
        crm = _money(row.crm_minor, row.crm_currency)
        account = AccountAsked(row.account_id, bool(row.is_confirmed), row.segment, crm)
    if row.opportunity_id is not None:
        opportunity = OpportunityAsked(row.opportunity_id, _money(row.amount_minor, row.amount_currency))
    claimed = _money(row.claimed_minor, row.claimed_currency)
    return Voice(row.report_id, row.reported_at, account, opportunity, claimed)


def _money(minor: int | None, currency: str | None) -> Money | None:
    return Money(minor, currency) if minor is not None and currency is not None else None
