"""Typed settings from one TOML file; secrets come from the environment only.

A wrong file raises one `SettingsError` that lists every problem with its key, what was found and what is allowed.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.domain.errors import PermanentError
from bot.domain.names import fold
from bot.domain.policies import (
    AccountSeed,
    AreaSeed,
    Bar,
    ChannelPolicy,
    CompetitorSeed,
    DeliveryPolicy,
    Policy,
    QuotaGroup,
    QuotaPolicy,
    RecapPolicy,
    RolePolicy,
    WatchedChannel,
)
from bot.domain.reactions import DEFAULT_EMOJI, EFFECT_NAMES, emoji_effects
from bot.domain.words import CaptureMode, Kind

DEFAULT_FILE = Path("config.toml")
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET_OLD", "DATABASE_URL")
_SECRET_SHAPE = re.compile(r"xox[a-z]-|xapp-|xoxe\.")


class SettingsError(PermanentError):
    """The settings cannot be used; the text lists every problem."""


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


class Section(BaseModel):
    """A table of the file; a key that it does not know is a problem."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkspaceSettings(Section):
    timezone: Annotated[str, BeforeValidator(_known_zone)] = "UTC"
    holidays: Annotated[str, BeforeValidator(_known_country)] = ""
    currency: Annotated[str, BeforeValidator(_must(r"[A-Z]{3}", "an ISO currency code such as USD is allowed"))] = "USD"


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
    notices: NoticeSettings = NoticeSettings()
    outbox: OutboxSettings = OutboxSettings()
    log: LogSettings = LogSettings()


class Settings(FileSettings):
    """The file's settings with the secrets of the environment, which no representation shows."""

    secrets: dict[str, SecretStr] = Field(default={}, repr=False, exclude=True)

    def _secret(self, name: str) -> str:
        found = self.secrets.get(name)
        return found.get_secret_value() if found else ""

    @property
    def database_url(self) -> str:
        """The database's address; `DATABASE_URL` wins over the file."""
        return self._secret("DATABASE_URL") or self.database.url

    def bot_token(self) -> str:
        """Return the bot token (xoxb-…), or nothing where none is set."""
        return self._secret("SLACK_BOT_TOKEN")

    def app_token(self) -> str:
        """Return the app-level token (xapp-…) of Socket Mode, or nothing where none is set."""
        return self._secret("SLACK_APP_TOKEN")

    def signing_secrets(self) -> tuple[str, ...]:
        """Return the signing secrets that hold now: two during a rotation."""
        both = (self._secret("SLACK_SIGNING_SECRET"), self._secret("SLACK_SIGNING_SECRET_OLD"))
        return tuple(secret for secret in both if secret)

    def require_slack(self) -> None:
        """Raise `SettingsError` that names every secret which this mode needs and the environment lacks."""
        needed = {"SLACK_BOT_TOKEN": "xoxb-"}
        needed |= {"SLACK_APP_TOKEN": "xapp-"} if self.slack.mode == "socket" else {"SLACK_SIGNING_SECRET": ""}
        missing = [
            f"{name}: found {'nothing' if not self._secret(name) else 'something else'}; "
            + (f"a token that begins with {prefix} is needed" if prefix else "the app's signing secret is needed")
            for name, prefix in needed.items()
            if not self._secret(name) or not self._secret(name).startswith(prefix)
        ]
        if missing:
            raise _error("the environment", [f"{line} in the environment" for line in missing])

    def policy(self) -> Policy:
        """Return how Nugget behaves in this workspace, as the layers below see it."""
        return Policy(
            zone=ZoneInfo(self.workspace.timezone),
            holidays=self.workspace.holidays or None,
            currency=self.workspace.currency,
            command_intel=self.slack.command_intel,
            command_ask=self.slack.command_ask,
            channels=_channels(self.channels),
            roles=RolePolicy(**{name: frozenset(listed) for name, listed in self.roles}),
            quota=QuotaPolicy(
                groups=tuple(QuotaGroup(group.name, group.group) for group in self.quota.groups),
                per_month=self.quota.per_month,
                mode=self.quota.mode,
                smallest_team=self.quota.smallest_team,
            ),
            emoji=_emoji(self.emoji),
            areas=tuple(_area(area) for area in self.areas),
            competitors=tuple(CompetitorSeed(one.name, tuple(one.aliases)) for one in self.competitors),
            accounts=tuple(AccountSeed(one.name, tuple(one.aliases), one.segment) for one in self.accounts),
            recap=RecapPolicy(
                channel_ids=tuple(self.recap.channels),
                business_day=self.recap.business_day,
                at=time.fromisoformat(self.recap.at),
                latest_days=self.recap.latest_days,
            ),
            notice_rest_seconds=self.notices.rest_seconds,
        )

    def delivery(self) -> DeliveryPolicy:
        """Return how the outbox sends."""
        return DeliveryPolicy(
            timeout_seconds=self.outbox.timeout_seconds,
            quarantine_seconds=self.outbox.quarantine_seconds,
            sweep_seconds=self.outbox.sweep_seconds,
            channel_pace=self.outbox.per_channel_per_second,
            workspace_pace=self.outbox.per_workspace_per_second,
            in_flight=self.outbox.in_flight,
        )


def _channels(settings: ChannelSettings) -> ChannelPolicy:
    watched = {
        one.id: WatchedChannel(one.id, CaptureMode(one.capture), Kind.ASK if one.kind == "ask" else Kind.NUGGET)
        for one in settings.watch
    }
    return ChannelPolicy(settings.intel_home, settings.ask_home, watched)


def _emoji(settings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return short name → effect; an effect that the file does not name keeps its default."""
    named = {emoji: effect for effect, listed in settings.items() for emoji in listed}
    defaults = {emoji: effect for emoji, effect in DEFAULT_EMOJI.items() if effect not in settings}
    return {**defaults, **named}


def _area(area: AreaSettings) -> AreaSeed:
    return AreaSeed(area.name, tuple(area.keywords), area.emoji, area.owner, area.channel, Bar(**area.bar.model_dump()))


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the file (`config.toml` here if there is one and none is named) and the secrets of the environment.

    Raises `SettingsError` with every problem at once.
    """
    file = path or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    raw = _read(file) if file else {}
    secrets = {name: environ[name] for name in SECRETS if environ.get(name)}
    try:
        settings = Settings.model_validate({**raw, "secrets": secrets})
    except ValidationError as error:
        problems = [*_secrets_in(raw), *map(_problem, error.errors())]
        raise _error(str(file), problems) from None
    problems = [*_secrets_in(raw), *_contradictions(settings)]
    if problems:
        raise _error(str(file), problems)
    return settings


def _error(where: str, problems: Sequence[str]) -> SettingsError:
    count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    return SettingsError("\n".join([f"The settings in {where} have {count}:", *(f"- {line}" for line in problems)]))


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {file} is not valid TOML: {error}.") from error
    if "secrets" in raw:
        raise _error(str(file), ["secrets: found a table; secrets are read from the environment only"])
    return raw


def _problem(error: Any) -> str:
    key = ""
    for part in error["loc"]:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    if error["type"] == "extra_forbidden":
        return f"{key}: found a key that is not known; see config.example.toml for those that are"
    found = "nothing" if error["type"] == "missing" else repr(error["input"])[:80]
    allowed = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{key}: found {found}; {allowed if 'allowed' in allowed else f'allowed is {allowed}'}"


def _secrets_in(raw: Any, key: str = "") -> Iterator[str]:
    """Find tokens that were put into the file, without ever repeating them."""
    if isinstance(raw, dict):
        for name, value in raw.items():
            yield from _secrets_in(value, f"{key}.{name}" if key else name)
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _secrets_in(value, f"{key}[{number}]")
    elif isinstance(raw, str) and _SECRET_SHAPE.match(raw):
        yield f"{key}: found a secret; secrets are allowed in the environment only"


def _contradictions(settings: Settings) -> list[str]:
    unknown = [
        f"emoji.{name!r}: found an effect that is not known; allowed are {', '.join(EFFECT_NAMES)}"
        for name in settings.emoji
        if name not in EFFECT_NAMES
    ]
    doubled = list(_two_effects(settings.emoji))
    if not doubled and not unknown:
        try:
            emoji_effects(settings.policy())
        except ValueError as error:
            doubled.append(f"emoji: found a contradiction; one effect for each emoji is allowed. {error}")
    names = {
        "competitors": [[one.name, *one.aliases] for one in settings.competitors],
        "areas": [[one.name] for one in settings.areas],
        "accounts": [[one.name, *one.aliases] for one in settings.accounts],
    }
    return [*unknown, *doubled, *(line for key, listed in names.items() for line in _twice(key, listed))]


def _two_effects(emoji: Mapping[str, Sequence[str]]) -> Iterator[str]:
    uses: dict[str, str] = {}
    for effect, name in ((effect, name) for effect, listed in emoji.items() for name in listed):
        if uses.setdefault(name, effect) != effect:
            yield f"emoji: found :{name}: for {uses[name]!r} and {effect!r}; one effect is allowed"


def _twice(key: str, listed: Sequence[Sequence[str]]) -> Iterator[str]:
    owner: dict[str, int] = {}
    for number, names in enumerate(listed):
        for name in names:
            first = owner.setdefault(fold(name), number)
            if first != number:
                yield f"{key}[{number}]: found {name!r}, which {key}[{first}] has already; a name is allowed once"
