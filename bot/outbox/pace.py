"""How fast the outbox may send: Slack's published paces as token buckets, so that nothing is sent only to be refused.

Sources: about one message a second and channel, several hundred messages a minute and workspace, and per method the
tier that Slack gives it (https://docs.slack.dev/apis/web-api/rate-limits).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.policies import DeliveryPolicy

# Messages a second for kinds that have a limit by method; tier 3 is 50 a minute, tier 4 is 100.
METHOD_PACE: Mapping[str, float] = {"update": 50 / 60, "delete": 50 / 60, "ephemeral": 100 / 60, "react": 50 / 60}
# Slack tolerates short bursts; this many calls may follow one another at once.
BURST = 3.0


@dataclass(eq=False)
class Bucket:
    """A token bucket: `rate` tokens a second, at most `size` saved up."""

    rate: float
    size: float
    tokens: float
    filled_at: float

    def level(self, now: float) -> float:
        """Return the tokens at this moment (monotonic seconds)."""
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        return self.tokens

    def take(self, now: float) -> None:
        """Spend one token; the level may become negative, and then takes longer to recover."""
        self.level(now)
        self.tokens -= 1

    def ban(self, now: float, seconds: float) -> None:
        """Let nothing through for this long, as a 429 demands; a shorter one does not lift a longer one."""
        self.tokens = min(self.level(now), 1 - seconds * self.rate)

    def seconds_until_one(self, now: float) -> float:
        """Return how long it takes until a token is there."""
        return max(0.0, (1 - self.level(now)) / self.rate)


@dataclass
class Pace:
    """The buckets of every workspace, method and channel that was sent to lately."""

    policy: DeliveryPolicy
    monotonic: Callable[[], float]
    _methods: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _channels: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _short: set[Bucket] = field(default_factory=set)
    """The buckets that kept something back since it was last asked when to look again."""

    def _method(self, team_id: str, kind: str) -> Bucket:
        factor = self.policy.channel_pace
        rate = self.policy.workspace_pace if kind == "post" else METHOD_PACE[kind] * factor
        return self._methods.setdefault((team_id, kind), Bucket(rate, BURST, BURST, self.monotonic()))

    def _channel(self, team_id: str, channel_id: str) -> Bucket:
        rate = self.policy.channel_pace
        return self._channels.setdefault((team_id, channel_id), Bucket(rate, 1.0, 1.0, self.monotonic()))

    def spare(self, team_id: str, kind: str) -> int:
        """Return how many entries of this kind may go out now."""
        bucket = self._method(team_id, kind)
        spare = max(0, int(bucket.level(self.monotonic())))
        if not spare:
            self._short.add(bucket)
        return spare

    def full_channels(self, team_id: str) -> list[str]:
        """Return the channels that had their message for this second; forgets those that are at rest."""
        now = self.monotonic()
        rested = [key for key, bucket in self._channels.items() if bucket.level(now) >= bucket.size]
        for key in rested:
            del self._channels[key]
        full = {channel: bucket for (team, channel), bucket in self._channels.items() if team == team_id}
        self._short |= set(full.values())
        return list(full)

    def spend(self, team_id: str, kind: str, channel_id: str) -> None:
        """Note that an entry goes out now."""
        now = self.monotonic()
        self._method(team_id, kind).take(now)
        if kind == "post":
            self._channel(team_id, channel_id).take(now)

    def ban(self, team_id: str, kind: str, seconds: float) -> None:
        """Obey a 429: nothing of this kind goes out in this workspace for so many seconds."""
        self._method(team_id, kind).ban(self.monotonic(), seconds)

    def seconds_until_spare(self) -> float | None:
        """Return when the first bucket that kept something back has a token again, or None where none did.

        A bucket that was short then and is not any more answers 0.0, so that what it kept back does not wait for the
        next look.
        """
        now = self.monotonic()
        short, self._short = self._short, set()
        return min((bucket.seconds_until_one(now) for bucket in short), default=None)
