"""What can go wrong between Slack and an app: switches with a rate each, drawn from one seeded generator."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

CALL_FAULTS: Mapping[str, str] = {
    "answer_late": "The call is done at once and answered `seconds` later.",
    "land_late": "No answer; the call is done up to `seconds` after the caller has hung up.",
    "drop_before": "The connection is closed and nothing is done.",
    "drop_after": "The call is done and the connection is closed without an answer.",
    "reset_before": "The connection is reset and nothing is done.",
    "reset_after": "The call is done and the connection is reset.",
    "rate_limited": "429 with a Retry-After of `seconds`; the method is banned for so long.",
    "http_500_before": "Status 500, nothing is done.",
    "http_503_before": "Status 503, nothing is done.",
    "http_500_after": "The call is done and answered with status 500.",
    "http_503_after": "The call is done and answered with status 503.",
    "fatal_error": "The call is done and answered with `ok: false, error: fatal_error`.",
    "cut_body": "The call is done, and the connection is closed in the middle of the answer.",
}
"""Faults of Web API calls. One call has one of them at most, so the rates of those that may meet it add up to 1."""

DELIVERY_FAULTS: Mapping[str, str] = {
    "duplicate": "An event is delivered 2 to `most` times, the copies within `seconds`.",
    "reorder": "An event sets out up to `seconds` late, so that later ones overtake it.",
    "ack_lost": "The app's acknowledgement is lost on its way, so that Slack delivers again.",
    "socket_closed": "The socket is closed just before or just after a payload went out on it.",
    "socket_warning": "The socket gets a disconnect frame with the reason `warning` ahead of a payload.",
    "socket_refresh": "The socket gets a disconnect frame with the reason `refresh_requested` after a payload.",
}
"""Faults of deliveries to the app; several can meet in one."""

STATES: Mapping[str, str] = {
    "token_revoked": "Calls are refused with `token_revoked`.",
    "socket_silent": "Sockets are taken in, but nothing is sent on them and no ping is answered.",
    "clock_skew": "Slack's clock is `seconds` ahead: timestamps, event times, request timestamps, the Date header.",
}
"""What lasts until it is switched back. The rate is the share of calls or sockets; a clock has no rate."""

DEFAULT_SECONDS = {
    "answer_late": 5.0,
    "land_late": 60.0,
    "rate_limited": 30.0,
    "reorder": 5.0,
    "clock_skew": 600.0,
}
ROUNDING = 1e-9


@dataclass(frozen=True)
class Fault:
    """A fault that is switched on.

    `method` narrows a fault of calls to one method. `seconds` are Slack's, and divided by the stand-in's speed but for
    the skew of the clock. `times` switches it off after so many.
    """

    name: str
    rate: float = 1.0
    method: str = ""
    seconds: float = 0.0
    most: int = 2
    times: int | None = None


class Faults:
    """Decides what goes wrong, and counts it. The same seed and the same order of calls give the same faults."""

    def __init__(self, seed: int, speed: float) -> None:
        self.random = random.Random(seed)  # noqa: S311 - it has to be replayed, not to be secret.
        self.counts: Counter[str] = Counter()
        self.on_change: list[Callable[[], None]] = []
        self._speed = speed
        self._switched: dict[tuple[str, str], Fault] = {}
        self._left: dict[tuple[str, str], int] = {}

    def seed(self, seed: int) -> None:
        """Start the generator anew."""
        self.random.seed(seed)

    def switch_on(self, fault: Fault) -> None:
        """Switch a fault on, or change it. Raises ValueError for what cannot be."""
        _check(fault)
        key = (fault.name, fault.method)
        switched = {**self._switched, key: fault}
        if fault.name in CALL_FAULTS and _highest_sum(switched.values()) > 1 + ROUNDING:
            raise ValueError("The rates of the faults that one call can meet add up to more than 1.")
        self._switched = switched
        self._left.pop(key, None)
        if fault.times is not None:
            self._left[key] = fault.times
        self._tell()

    def switch_off(self, name: str | None = None) -> None:
        """Switch one kind of fault off, or all of them."""
        self._switched = {key: fault for key, fault in self._switched.items() if name not in (None, fault.name)}
        self._left = {key: left for key, left in self._left.items() if key in self._switched}
        self._tell()

    def _tell(self) -> None:
        for listener in self.on_change:
            listener()

    def switched_on(self) -> list[Fault]:
        """Return the faults that are switched on."""
        return list(self._switched.values())

    def for_call(self, method: str) -> Fault | None:
        """Draw the fault that a call meets, if it meets one."""
        possible = [
            fault
            for fault in self._switched.values()
            if fault.name in CALL_FAULTS and fault.method in ("", method) and fault.rate
        ]
        if not possible:
            return None
        drawn = self.random.random()
        for fault in possible:
            drawn -= fault.rate
            if drawn < 0:
                return self._happened(fault)
        return None

    def occurs(self, name: str, method: str = "") -> Fault | None:
        """Draw whether a fault of deliveries, or one that lasts, occurs here."""
        fault = self._switched.get((name, method)) or self._switched.get((name, ""))
        if fault is None or self.random.random() >= fault.rate:
            return None
        return self._happened(fault)

    def _happened(self, fault: Fault) -> Fault:
        self.counts[fault.name] += 1
        key = (fault.name, fault.method)
        if key in self._left:
            self._left[key] -= 1
            if self._left[key] == 0:
                del self._left[key], self._switched[key]
        return fault

    def is_on(self, name: str) -> bool:
        """Tell whether a fault is switched on, without drawing."""
        return any(fault.name == name for fault in self._switched.values())

    def skew(self) -> float:
        """Return how many seconds Slack's clock is ahead."""
        fault = self._switched.get(("clock_skew", ""))
        return fault.seconds if fault else 0.0

    def skewed(self) -> float:
        """Return the same for something that is being stamped, and count it."""
        seconds = self.skew()
        if seconds:
            self.counts["clock_skew"] += 1
        return seconds

    def real(self, seconds: float) -> float:
        """Return how long Slack's seconds take here."""
        return seconds / self._speed

    def up_to(self, seconds: float) -> float:
        """Draw a wait of at most so many of Slack's seconds; it is returned in real ones."""
        return self.real(self.random.uniform(0.0, seconds))


def fault_of(
    name: str,
    rate: float = 1.0,
    *,
    method: str = "",
    seconds: float | None = None,
    most: int = 2,
    times: int | None = None,
) -> Fault:
    """Make a fault, with the seconds that suit its kind if none are given."""
    return Fault(name, rate, method, DEFAULT_SECONDS.get(name, 0.0) if seconds is None else seconds, most, times)


def _check(fault: Fault) -> None:
    if fault.name not in {*CALL_FAULTS, *DELIVERY_FAULTS, *STATES}:
        raise ValueError(f"There is no fault {fault.name}.")
    if not 0 <= fault.rate <= 1:
        raise ValueError("A rate lies between 0 and 1.")
    if fault.method and fault.name not in {*CALL_FAULTS, "token_revoked"}:
        raise ValueError(f"{fault.name} is not a fault of single methods.")
    if fault.name == "clock_skew" and fault.rate != 1:
        raise ValueError("A clock is skewed or it is not: it has no rate.")
    if fault.name in ("clock_skew", "socket_silent") and fault.times is not None:
        raise ValueError(f"{fault.name} lasts until it is switched back.")
    if fault.seconds < 0 and fault.name != "clock_skew":
        raise ValueError("Only a clock can be moved by less than nothing.")
    if fault.most < 2 or (fault.times is not None and fault.times < 1):  # noqa: PLR2004 - two is the least of copies.
        raise ValueError("Copies are two or more, and times one or more.")


def _highest_sum(faults: Iterable[Fault]) -> float:
    sums = {"": 0.0}
    for fault in faults:
        if fault.name in CALL_FAULTS:
            sums[fault.method] = sums.get(fault.method, 0.0) + fault.rate
    return sums[""] + max((total for method, total in sums.items() if method), default=0.0)
