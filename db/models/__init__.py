"""Every model, so that importing this package fills the metadata."""

from db.models.catalogue import Account, AccountAlias, Competitor, CompetitorAlias, Opportunity, ProductArea
from db.models.items import (
    Decision,
    ErasedMessage,
    Item,
    ItemCompetitor,
    ItemTag,
    Note,
    OpenQuestion,
    Report,
    ReportVersion,
)
from db.models.people import Channel, ChannelMember, ChannelSetting, GroupMember, Person, ToldOnce
from db.models.queues import InboxEntry, OutboxEntry
from db.models.runs import ItemVector, MonthlyTally, Run, SearchEntry
from db.models.sharing import Coaching, Confirmation, Draft
from db.models.wants import Want
from db.models.workspaces import Numbering, Workspace

__all__ = [
    "Account",
    "AccountAlias",
    "Channel",
    "ChannelMember",
    "ChannelSetting",
    "Coaching",
    "Competitor",
    "CompetitorAlias",
    "Confirmation",
    "Decision",
    "Draft",
    "ErasedMessage",
    "GroupMember",
    "InboxEntry",
    "Item",
    "ItemCompetitor",
    "ItemTag",
    "ItemVector",
    "MonthlyTally",
    "Note",
    "Numbering",
    "OpenQuestion",
    "Opportunity",
    "OutboxEntry",
    "Person",
    "ProductArea",
    "Report",
    "ReportVersion",
    "Run",
    "SearchEntry",
    "ToldOnce",
    "Want",
    "Workspace",
]
