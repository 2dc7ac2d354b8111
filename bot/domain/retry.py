"""What becomes of something that was sent: a retry is a value returned here, never a branch elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.policies import DeliveryPolicy

State = Literal["pending", "sent", "uncertain", "dead", "unproven", "cancelled"]


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack has it, under this `ts` in this channel."""

    ts: str
    channel: str


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Slack wants to be left alone for so many seconds; it has not taken this."""

    after_seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack said no, and would say no again."""

    error: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly did not reach Slack, or Slack certainly left it; a later try may work."""

    error: str


@dataclass(frozen=True, slots=True)
class NotStarted:
    """It was claimed and never tried, since this process was held up too long in between; nobody is to blame for it."""

    error: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether Slack has it: no answer, half an answer, or an error after the fact."""

    error: str


Outcome = Sent | RateLimited | Refused | NotSent | NotStarted | Uncertain

UNCOUNTED = (RateLimited, NotStarted)
"""Outcomes that are no failure of the entry, so that they do not count among its tries."""


@dataclass(frozen=True, slots=True)
class NextState:
    """Where an outbox entry goes, and after how many seconds it may be looked at again."""

    state: State
    delay_seconds: float = 0.0
    error: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more is done about it by itself."""
        return self.state in {"sent", "dead", "unproven", "cancelled"}


IDEMPOTENT_KINDS = frozenset({"update", "delete", "react", "unreact"})
"""Entries that may be sent twice without harm, so that an unclear outcome is simply tried again."""

OVERWRITING_KINDS = frozenset({"update"})
"""Entries of which a late one would stand over the next. One whose outcome is unclear may still land, so it rests as
long as a post does and is then sent again: what was said last lands last."""

LOOKED_UP_KINDS = frozenset({"post"})
"""Entries that can be found in Slack afterwards. What is in neither set is sent once, for better or worse."""

DONE_BEFORE: Mapping[str, frozenset[str]] = {
    "react": frozenset({"already_reacted"}),
    "unreact": frozenset({"no_reaction"}),
    "delete": frozenset({"message_not_found"}),
}
"""Refusals that say, for an entry of this kind, that things are as they should be."""

POINTLESS: Mapping[str, frozenset[str]] = {"react": frozenset({"message_not_found"})}
"""Refusals that say that there is nothing left to do it to, and nobody has to look: its author deleted the message."""

UNCLEAR_CODES = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
"""Errors after which Slack may have done what was asked all the same."""

RATE_LIMIT_CODES = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

PASSING_CODES = frozenset(
    {
        "accesslimited",
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_added_to_org",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""Refusals of the whole app, not of this message: whoever runs it can mend them while messages wait."""

REFUSAL_CODES = frozenset(
    {
        "as_user_not_supported",
        "cannot_reply_to_message",
        "cant_delete_message",
        "cant_update_message",
        "channel_is_limited_access",
        "channel_not_found",
        "compliance_exports_prevent_deletion",
        "duplicate_channel_not_found",
        "duplicate_message_not_found",
        "edit_window_closed",
        "ekm_access_denied",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_charset",
        "invalid_form_data",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_name",
        "invalid_post_type",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "messages_tab_disabled",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "missing_charset",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_permission",
        "no_text",
        "not_in_channel",
        "not_reactable",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "slack_connect_blocked_file_type",
        "slack_connect_canvas_sharing_blocked",
        "thread_locked",
        "too_many_attachments",
        "too_many_contact_cards",
        "too_many_emoji",
        "too_many_reactions",
        "user_not_found",
        "user_not_in_channel",
        "already_reacted",
        "no_reaction",
    }
)
"""Plain refusals of this one message or gesture."""

_TOO_MANY_REQUESTS = 429
_REQUEST_TIMEOUT = 408
_OK = range(200, 300)
_CLIENT_ERRORS = range(400, 500)
# Slack names its seconds with every 429; this stands in where a proxy has lost them.
_UNNAMED_WAIT = 30.0
_STEPS_TO_LONGEST = 16


def classify_slack_error(code: str, http_status: int, *, retry_after: float | None = None) -> Outcome:
    """Return what an error answer of Slack's means for what was sent.

    `code` is the `error` of the body, empty where there was none to read; `http_status` is 0 where there was no answer;
    `retry_after` is in seconds. A code that is not known counts as a refusal where Slack itself gave it (HTTP 2xx),
    because then it left the request undone and said so.
    """
    if http_status == _TOO_MANY_REQUESTS or code in RATE_LIMIT_CODES:
        return RateLimited(_UNNAMED_WAIT if retry_after is None else max(0.0, retry_after))
    error = code or f"HTTP {http_status}"
    if code in PASSING_CODES:
        return NotSent(error)
    if code in UNCLEAR_CODES or http_status == _REQUEST_TIMEOUT:
        return Uncertain(error)
    if code in REFUSAL_CODES or http_status in _CLIENT_ERRORS or (code and http_status in _OK):
        return Refused(error)
    return Uncertain(error)


def after(outcome: Outcome, *, kind: str, tries: int, age_seconds: float, policy: DeliveryPolicy) -> NextState:
    """Return where an outbox entry of this kind goes after an attempt with this outcome.

    `tries` counts this attempt, `age_seconds` runs from the first one; both limits of the policy end in `dead`, which
    a person sees and can send again. An entry whose outcome is unclear never ends so: it has to be looked up first.
    """
    match outcome:
        case Sent():
            return NextState("sent")
        case Refused(error=error):
            return NextState(_refused(error, kind), error=error)
        case RateLimited(after_seconds=seconds):
            return _again(seconds, "rate limited", 0, age_seconds, policy)
        case NotStarted(error=error):
            return NextState("pending", error=error)
        case Uncertain(error=error) if kind not in IDEMPOTENT_KINDS:
            return _unclear(error, kind, policy)
        case NotSent(error=error) | Uncertain(error=error):
            step = _again(backoff_seconds(tries, policy), error, tries, age_seconds, policy)
            may_land = isinstance(outcome, Uncertain) and kind in OVERWRITING_KINDS and not step.is_final
            return NextState("uncertain", policy.quarantine_seconds, error) if may_land else step


def _refused(error: str, kind: str) -> State:
    if error in POINTLESS.get(kind, ()):
        return "cancelled"
    return "sent" if error in DONE_BEFORE.get(kind, ()) else "dead"


def _unclear(error: str, kind: str, policy: DeliveryPolicy) -> NextState:
    if kind in LOOKED_UP_KINDS:
        return NextState("uncertain", policy.quarantine_seconds, error)
    return NextState("unproven", error=f"{error}; it is sent only once, as nobody can look it up")


def _again(delay: float, error: str, tries: int, age_seconds: float, policy: DeliveryPolicy) -> NextState:
    is_over = tries >= policy.most_tries or age_seconds >= policy.latest_hours * 3600
    return NextState("dead", error=error) if is_over else NextState("pending", delay, error)


def backoff_seconds(tries: int, policy: DeliveryPolicy) -> float:
    """Return the pause after so many failed attempts: a tenth of the timeout at first, doubled each time.

    It grows no longer than the sweeper's interval. Both are settings, so that a faster run keeps the proportions.
    """
    first = policy.timeout_seconds / 10
    return min(policy.sweep_seconds, first * 2.0 ** min(max(tries, 1) - 1, _STEPS_TO_LONGEST))
