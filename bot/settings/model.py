"""The settings as the rest of the program takes them: policies, addresses and secrets."""

from collections.abc import Mapping, Sequence
from datetime import time
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from bot.domain.errors import PermanentError
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
    RatePolicy,
    RecapPolicy,
    RolePolicy,
    ShelfLifePolicy,
    WatchedChannel,
)
from bot.domain.reactions import DEFAULT_EMOJI
from bot.domain.words import CaptureMode, Category, Kind
from bot.settings.sections import AreaSettings, ChannelSettings, FileSettings, ShelfLifeSettings


class SettingsError(PermanentError):
    """The settings cannot be used; the text lists every problem."""


def settings_error(where: str, problems: Sequence[str]) -> SettingsError:
    """Return one error that lists every problem of what was read."""
    count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    return SettingsError("\n".join([f"The settings in {where} have {count}:", *(f"- {line}" for line in problems)]))


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
            raise settings_error("the environment", [f"{line} in the environment" for line in missing])

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
            shelf_life=_shelf_life(self.shelf_life),
            rates=RatePolicy(self.rates.on, dict(self.rates.worth)),
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


def _shelf_life(settings: ShelfLifeSettings) -> ShelfLifePolicy:
    days = {category: getattr(settings, category.value) for category in Category}
    return ShelfLifePolicy(days, settings.rumour)
