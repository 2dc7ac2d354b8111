"""The question "Same as A-7?": asked once a report is safely kept, answered by one press."""

from dataclasses import dataclass
from datetime import datetime

from bot.blocks import joining
from bot.blocks.demand import accounts_asking
from bot.blocks.message import Message
from bot.domain.demand import Demand
from bot.domain.errors import MendableError
from bot.domain.words import Status
from bot.services.find_twins import TwinView
from bot.services.item_views import item_view_for, name_of
from bot.services.join import GONE, Joined
from bot.services.questions import Asking, vanishes
from db.models import Item
from db.unit_of_work import UnitOfWork


def same_question(uow: UnitOfWork, asking: Asking, now: datetime) -> Message | None:  # noqa: ARG001
    """Ask whether others have shared the same before; None where nothing likely was found or it was answered since."""
    item = asking.report.item
    if item.status not in {Status.NEW, Status.ACKNOWLEDGED} or len(item.reports) > 1:
        return None
    quotes = vanishes(uow, asking.report)
    likely = [_likely(twin, quotes=quotes) for twin in asking.twins if _is_open_alike(uow, item, twin)]
    return joining.same_question(item.id, name_of(item), likely) if likely else None


def _is_open_alike(uow: UnitOfWork, item: Item, twin: TwinView) -> bool:
    """Tell whether the two are open to the same people now; else a join would show or hide someone's words."""
    other = uow.items.find(twin.item_id)
    return other is not None and (other.privacy, other.place_id) == (item.privacy, item.place_id)


def _likely(twin: TwinView, *, quotes: bool) -> joining.Likely:
    """Return what is said of a twin; another one's words stand only in what vanishes, as they can be taken back."""
    demand = Demand(confirmed=twin.accounts, unconfirmed=twin.unconfirmed_accounts)
    words = twin.first_words if quotes else ""
    return joining.Likely(twin.item_id, twin.name, words, accounts_asking(demand), twin.why)


@dataclass(frozen=True, slots=True)
class LookUpJoined:
    """What a join came to, for whoever joined."""

    team_id: str
    slack_user_id: str
    joined: Joined


def look_up_joined(uow: UnitOfWork, query: LookUpJoined, *, now: datetime) -> Message:  # noqa: ARG001
    """Return the private answer to a join."""
    into = uow.items.find(query.joined.into_id)
    view = item_view_for(uow, into, query.slack_user_id) if into is not None else None
    if view is None:
        raise MendableError(GONE)
    return joining.joined(view, query.joined.name, query.joined.item_id)
