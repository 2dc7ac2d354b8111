"""The words of the product as types: kinds, statuses, effects, roles and grades, each named as people say it."""

from enum import StrEnum


class Kind(StrEnum):
    """What an item is: a nugget of competitive intelligence, or an ask for the product."""

    NUGGET = "nugget"
    ASK = "ask"

    @property
    def letter(self) -> str:
        """The letter before an item's number, as in N-12 and A-7."""
        return "N" if self is Kind.NUGGET else "A"


class Status(StrEnum):
    """Where an item stands; which of them a kind may have is said by the table in `decisions`."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    SHIPPED = "shipped"
    VERIFIED = "verified"
    OUTDATED = "outdated"
    NEEDS_INFO = "needs info"
    NOT_NOW = "not now"
    ALREADY_POSSIBLE = "already possible"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    NOISE = "noise"
    WITHDRAWN = "withdrawn"


class Effect(StrEnum):
    """What a person, a rule or the passing of time does to an item."""

    SEE = "seen"
    ROUTE = "route"
    ACCEPT = "accept"
    VERIFY = "verify"
    PLAN = "plan"
    SHIP = "ship"
    OUTDATE = "outdate"
    ASK_FOR_INFO = "needs info"
    ANSWER_NOT_NOW = "not now"
    ANSWER_ALREADY_POSSIBLE = "already possible"
    DECLINE = "decline"
    MARK_DUPLICATE = "duplicate"
    MARK_NOISE = "noise"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    LAPSE = "lapse"
    UNDO = "undo"


class Role(StrEnum):
    """What a person may do beyond being a member; one person can have several."""

    MEMBER = "member"
    REPORTER = "reporter"
    PM = "pm"
    COMPETITIVE_LEAD = "competitive lead"
    LEAD = "lead"
    EXECUTIVE = "executive"
    TIME = "time"
    """Nobody's role: what the passing of time may do."""


class HowKnown(StrEnum):
    """How the reporter knows what they say (product rule 5)."""

    FIRST_HAND = "first-hand"
    DOCUMENT = "document"
    SECOND_HAND = "second-hand"
    RUMOUR = "rumour"


class Category(StrEnum):
    """What a nugget is about; its shelf life follows from it."""

    PRICING = "pricing"
    PRODUCT = "product"
    POSITIONING = "positioning"
    PEOPLE = "people"
    WIN = "win"
    LOSS = "loss"


class Privacy(StrEnum):
    """Who may read an item: everyone at work, the members of the place it came from, or its owner and lead."""

    WORKSPACE = "workspace"
    PLACE = "place"
    RESTRICTED = "restricted"


class CaptureMode(StrEnum):
    """Which top-level messages of a watched channel are captured."""

    TAGGED = "tagged"
    ALL = "all"
    OFF = "off"


class NoiseReason(StrEnum):
    """The only four reasons for which something may be marked as noise."""

    TEST = "a test"
    NOT_FOR_US = "not about customers or competitors"
    UNREADABLE = "cannot be understood"
    POSTED_BY_MISTAKE = "posted by mistake"
