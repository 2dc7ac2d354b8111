"""The tables of the settings file: their keys, their defaults, and what each may hold."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _must(pattern: str, allowed: str) -> Callable[[Any], Any]:
    """Return a check that a string matches whole, with a sentence that says what is allowed."""
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(allowed)
        return value

    return check


def _known_zone(value: Any) -> Any:
    if value not in available_timezones():
        raise ValueError("a time zone name such as Europe/Paris is allowed")
    return value


def _known_country(value: Any) -> Any:
    if value == "":
        return value
    from holidays import list_supported_countries  # noqa: PLC0415

    if value not in list_supported_countries():
        raise ValueError('a two-letter country code such as FR is allowed, or "" for none')
    return value


ChannelId = Annotated[str, BeforeValidator(_must(r"[CG][A-Z0-9]{2,30}", "a channel id such as C0123ABCD is allowed"))]
UserId = Annotated[str, BeforeValidator(_must(r"[UW][A-Z0-9]{1,30}", "a user id such as U0123ABCD is allowed"))]
GroupId = Annotated[str, BeforeValidator(_must(r"S[A-Z0-9]{1,30}", "a user group id such as S0123ABCD is allowed"))]
UserOrGroup = Annotated[
    str, BeforeValidator(_must(r"[UWS][A-Z0-9]{1,30}", "a user id (U…, W…) or user group id (S…) is allowed"))
]
Command = Annotated[str, BeforeValidator(_must(r"/[a-z0-9_-]{1,31}", "a command such as /intel is allowed"))]
ClockTime = Annotated[str, BeforeValidator(_must(r"([01][0-9]|2[0-3]):[0-5][0-9]", "a time such as 10:00 is allowed"))]
Emoji = Annotated[
    str, BeforeValidator(_must(r"[a-z0-9_+'-]{1,100}", "an emoji's short name without colons is allowed"))
]
Name = Annotated[str, Field(min_length=1, max_length=200)]


Currency = Annotated[str, BeforeValidator(_must(r"[A-Z]{3}", "an ISO currency code such as USD is allowed"))]


class Section(BaseModel):
    """A table of the file; a key that it does not know is a problem."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkspaceSettings(Section):
    timezone: Annotated[str, BeforeValidator(_known_zone)] = "UTC"
    holidays: Annotated[str, BeforeValidator(_known_country)] = ""
    currency: Currency = "USD"


class SlackSettings(Section):
    mode: Literal["socket", "http"] = "socket"
    base_url: Annotated[
        str, BeforeValidator(_must(r"https?://\S+/", "an http(s) address that ends in / is allowed"))
    ] = "https://slack.com/api/"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 3000
    path: Annotated[str, BeforeValidator(_must(r"/\S*", "a path that begins with / is allowed"))] = "/slack/events"
    command_intel: Command = "/intel"
    command_ask: Command = "/ask"


class DatabaseSettings(Section):
    url: str = "sqlite:///nugget.sqlite3"
    synchronous: Literal["FULL", "NORMAL"] = "FULL"


class WatchSettings(Section):
    id: ChannelId
    capture: Literal["tagged", "all", "off"] = "tagged"
    kind: Literal["intel", "ask"] = "intel"


class ChannelSettings(Section):
    intel_home: ChannelId | None = None
    ask_home: ChannelId | None = None
    watch: list[WatchSettings] = []


class RoleSettings(Section):
    pms: list[UserOrGroup] = []
    competitive_leads: list[UserOrGroup] = []
    leads: list[UserOrGroup] = []
    executives: list[UserOrGroup] = []


class QuotaGroupSettings(Section):
    name: Name
    group: GroupId


class QuotaSettings(Section):
    mode: Literal["off", "teams only", "full"] = "full"
    per_month: Annotated[int, Field(ge=1, le=100)] = 1
    smallest_team: Annotated[int, Field(ge=2, le=1000)] = 5
    groups: list[QuotaGroupSettings] = []


class BarSettings(Section):
    what_we_build_for: Annotated[str, Field(max_length=500)] = ""
    what_gets_in: Annotated[str, Field(max_length=500)] = ""
    what_we_will_not_do: Annotated[str, Field(max_length=500)] = ""


class AreaSettings(Section):
    name: Name
    keywords: list[Name] = []
    emoji: Emoji | None = None
    owner: UserId | None = None
    channel: ChannelId | None = None
    bar: BarSettings = BarSettings()


class CompetitorSettings(Section):
    name: Name
    aliases: list[Name] = []


class AccountSettings(Section):
    name: Name
    aliases: list[Name] = []
    segment: Annotated[str, Field(max_length=100)] | None = None


class RecapSettings(Section):
    channels: list[ChannelId] = []
    business_day: Annotated[int, Field(ge=1, le=15)] = 2
    at: ClockTime = "10:00"
    latest_days: Annotated[int, Field(ge=1, le=60)] = 14


Days = Annotated[int, Field(ge=1, le=3650)]


class ShelfLifeSettings(Section):
    pricing: Days = 90
    product: Days = 180
    positioning: Days = 180
    people: Days = 120
    win: Days = 365
    loss: Days = 365
    rumour: Days = 30


class RateSettings(Section):
    on: date | None = None
    worth: dict[Currency, Annotated[Decimal, Field(gt=0)]] = {}


class DuplicateSettings(Section):
    meaning: Annotated[str, Field(max_length=500)] = ""


class NoticeSettings(Section):
    rest_seconds: Annotated[int, Field(ge=0, le=3600)] = 120


class OutboxSettings(Section):
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    quarantine_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    sweep_seconds: Annotated[float, Field(gt=0, le=86400)] = 300.0
    per_channel_per_second: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    per_workspace_per_second: Annotated[float, Field(gt=0, le=10_000)] = 5.0
    in_flight: Annotated[int, Field(ge=1, le=256)] = 16


class LogSettings(Section):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["console", "json"] = "console"


class FileSettings(Section):
    """What the TOML file may hold."""

    workspace: WorkspaceSettings = WorkspaceSettings()
    slack: SlackSettings = SlackSettings()
    database: DatabaseSettings = DatabaseSettings()
    channels: ChannelSettings = ChannelSettings()
    roles: RoleSettings = RoleSettings()
    quota: QuotaSettings = QuotaSettings()
    emoji: dict[str, list[Emoji]] = {}
    areas: list[AreaSettings] = []
    competitors: list[CompetitorSettings] = []
    accounts: list[AccountSettings] = []
    recap: RecapSettings = RecapSettings()
    shelf_life: ShelfLifeSettings = ShelfLifeSettings()
    rates: RateSettings = RateSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    notices: NoticeSettings = NoticeSettings()
    outbox: OutboxSettings = OutboxSettings()
    log: LogSettings = LogSettings()
