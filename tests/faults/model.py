"""A model of the outbox in virtual time: every fault at every moment, over the shipped worker and reconciler.

Hypothesis chooses what people, Slack, clocks and processes do; after each step, and once more when the faults have
stopped, the promises are checked. What is known to be a mistake can be put back as a parameter (see `Mistake`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.errors import TemporaryError
from bot.domain.policies import DeliveryPolicy
from bot.domain.retry import NotSent, Outcome, Sent, Uncertain, classify_slack_error
from tests.faults.virtual import LANES, LookRequest, Loop, Message, Process, Request, Slack, Time, stamp
from tests.faults.virtual_store import Entry, MemoryStore, Store

POLICY = DeliveryPolicy()
# A request that is not visible half a quarantine after its timeout is never posted; Slack promises no such thing, and
# this is the assumption under which the outbox promises not to double.
LATEST_LANDING = POLICY.quarantine_seconds / 2
# When the faults have stopped: leases, quarantine, the longest pause between tries, and as much again for the queue;
# and an hour, as long as a clock that was set back may hold a second try up.
REST_WITHIN = 3600.0 + 2 * (POLICY.quarantine_seconds + POLICY.sweep_seconds)
STRIDES = (15.0,) * 20 + (120.0,) * 60

FATES = ("ok", "late", "lost", "dropped", "late", "refused", "reset", "429", "500 after", "503 before", "fatal", "no")
FATES_IN_TURN = st.tuples(st.sampled_from(FATES), st.sampled_from(FATES), st.just("ok"))
SHARES = st.sampled_from((0.1, 0.5, 1.0))
AT_TIMEOUT = ("lost", "late")
LANDED = ("ok", "dropped", "500 after", "fatal")
DAYS = (-40.0, -2.0, -0.01, 0.0, 0.01, 2.0, 40.0)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is put back into the model, to see that it is caught. The check of the deadline is taken out by the test."""

    no_quarantine: bool = False
    leases_by_wall_clock: bool = False
    retries_at_once: bool = False


class OutboxModel(RuleBasedStateMachine):
    """People queue messages, processes send them, and everything goes wrong."""

    make_store: Callable[[], Store] = MemoryStore
    mistake = Mistake()
    business_clock_steps = False

    def __init__(self) -> None:
        super().__init__()
        self.loop = Loop()
        self.time = Time()
        self.slack = Slack(self.time)
        self.store = type(self).make_store()
        quarantine = 0.0 if self.mistake.no_quarantine else POLICY.quarantine_seconds
        self.policy = replace(POLICY, quarantine_seconds=quarantine)
        self.processes: list[Process] = []
        self.orphans: list[Request] = []
        self.undecided: set[Request] = set()
        self.queued: dict[str, Entry] = {}
        self.held: set[str] = set()
        """Entries whose sender froze in the instant before the first byte; only these may stand twice for a while."""
        self.has_stepped = False
        self.started = 0

    @initialize()
    def begin(self) -> None:
        for _ in range(2):
            self._start_process()

    def _start_process(self, clock_error: float = 0.0) -> Process:
        process = Process(
            self.started, self.time, self.slack, self.store, self.policy, self.loop,
            self.mistake.retries_at_once, self.mistake.leases_by_wall_clock,
            self.business_clock_steps, clock_error,
        )  # fmt: skip
        self.started += 1
        self.processes.append(process)
        return process

    # What people and processes do.

    @rule(lane=st.sampled_from(LANES), kind=st.sampled_from(("post", "post", "post", "ephemeral", "react")))
    def queue(self, lane: tuple[str, str | None], kind: str) -> None:
        number = len(self.queued) + 1
        now = self.processes[0].business()
        name = f"{lane[0]}:{lane[1]}" if kind == "post" else f"{lane[0]}:{kind}:{number}"
        entry = Entry(number, f"entry-{number}", name, kind, lane[0], lane[1], due_at=now, created_at=now)
        self.queued[entry.id] = entry
        self.store.add(replace(entry))

    @rule(which=st.integers(0, 1))
    def claim(self, which: int) -> None:
        process = self.processes[which]
        if not process.is_frozen:
            process.claim()
            self._run()

    @rule(pick=st.integers(0, 7), fate=st.sampled_from(FATES), share=SHARES)
    @precondition(lambda self: self.undecided)
    def answer(self, pick: int, fate: str, share: float) -> None:
        open_requests = sorted(self.undecided, key=_when)
        self._decide(open_requests[pick % len(open_requests)], fate, share)

    @rule(which=st.integers(0, 1))
    def look(self, which: int) -> None:
        process = self.processes[which]
        if not process.is_frozen:
            process.look()
            self._run()

    @rule(which=st.integers(0, 1), is_shown=st.booleans())
    @precondition(lambda self: any(process.looks for process in self.processes))
    def show(self, which: int, is_shown: bool) -> None:
        process = self.processes[which]
        if process.looks:
            self._answer_look(process, process.looks[0], is_shown=is_shown)

    @rule(which=st.integers(0, 1))
    def sweep(self, which: int) -> None:
        process = self.processes[which]
        if not process.is_frozen:
            self._sweep(process)

    # What goes wrong with processes and clocks.

    @rule(which=st.integers(0, 1))
    def kill(self, which: int) -> None:
        dead = self.processes.pop(which)
        dead.kill()
        self.orphans += [request for request in dead.requests if not request.is_held]
        self.undecided -= {request for request in dead.requests if request.is_held}
        self._run()
        self.processes.insert(which, self._start_process(dead.clock_error))
        self.processes.pop()

    @rule(which=st.integers(0, 1), seconds=st.sampled_from((1.0, 7.0, 30.0, 160.0, 400.0)))
    def freeze(self, which: int, seconds: float) -> None:
        process = self.processes[which]
        if not process.is_frozen:
            process.freeze(seconds)

    @rule(which=st.integers(0, 1), seconds=st.sampled_from((4.0, 7.0, 30.0, 240.0, 400.0)))
    def freeze_after_claim(self, which: int, seconds: float) -> None:
        process = self.processes[which]
        if not process.is_frozen and process.gate is None:
            process.freezes_after_claim = True
            process.claim()
            self._run()
            if process.gate is not None:
                process.freeze(seconds)
                self._live_meanwhile(seconds)
            process.freezes_after_claim = False

    @rule(which=st.integers(0, 1), seconds=st.sampled_from((1.0, 30.0, 240.0, 400.0)))
    def freeze_in_the_instant_before_the_send(self, which: int, seconds: float) -> None:
        process = self.processes[which]
        if process.is_frozen:
            return
        before = set(process.requests)
        process.claim()
        self._run()
        process.freeze(seconds)
        for request in set(process.requests) - before:
            request.is_held = True
            self.held.add(request.dispatch.outbox_id)
        self._live_meanwhile(seconds)

    @rule(which=st.integers(0, 1), days=st.sampled_from(DAYS), every=st.booleans())
    def step_wall_clock(self, which: int, days: float, every: bool) -> None:
        self.has_stepped = True
        for process in self.processes if every else [self.processes[which]]:
            process.clock_error = days * 86_400

    # What time does.

    @rule(seconds=st.sampled_from((0.3, 1.0, 4.0, 11.0, 25.0, 65.0, 130.0)))
    def pass_time(self, seconds: float) -> None:
        self._advance(seconds)

    @rule(seconds=st.sampled_from((4.0, 25.0, 70.0, 130.0)), fates=FATES_IN_TURN, share=SHARES)
    def live(self, seconds: float, fates: tuple[str, ...], share: float) -> None:
        """Let time pass while every process that can does its work, as it does by itself, and Slack answers."""
        for fate in fates:
            self._work()
            for request in sorted(self.undecided, key=_when):
                self._decide(request, fate, share)
            self._advance(seconds / len(fates))

    # How it is done.

    def _live_meanwhile(self, seconds: float) -> None:
        """Let the others work while one is frozen, and a moment longer, so that it goes on with what it had begun."""
        end = self.time.now + seconds
        while self.time.now <= end:
            self._work()
            for request in sorted(self.undecided, key=_when):
                self._decide(request, "ok")
            self._advance(min(40.0, end - self.time.now + 0.001))

    def _run(self) -> None:
        """Let everything go on that can."""
        self.loop.run_ready()
        for process in self.processes:
            if process.failures:
                raise process.failures[0]
            self.undecided |= {request for request in process.requests if not request.is_decided}

    def _work(self) -> None:
        for process in self.processes:
            if not process.is_frozen:
                process.looks_at_once = True
                process.look()
                self._run()
                process.looks_at_once = False
                process.claim()
                self._run()

    def _sweep(self, process: Process) -> None:
        process.looks_at_once, process.swept_at = True, self.time.now
        process.start(process.reconciler.sweep())
        self._run()
        process.looks_at_once = False

    def _decide(self, request: Request, fate: str, share: float = 0.0) -> None:
        if request.is_held:
            return
        self.undecided.discard(request)
        request.is_decided = True
        message = self.slack.land(request.dispatch) if fate in LANDED else None
        if fate == "late":
            at = request.sent_at + POLICY.timeout_seconds + share * LATEST_LANDING
            self.slack.landing.append((at, request.dispatch))
        if fate in AT_TIMEOUT:
            return
        self._end(request, _outcome(fate, request, message))

    def _end(self, request: Request, outcome: Outcome) -> None:
        self.undecided.discard(request)
        if request in self.orphans:
            self.orphans.remove(request)
            return
        owner = next(process for process in self.processes if request in process.requests)
        owner.requests.remove(request)
        owner.arrive(request.answer, outcome)
        self._run()

    def _answer_look(self, process: Process, look: LookRequest, *, is_shown: bool) -> None:
        process.looks.remove(look)
        shown = process.show(look.where) if is_shown else TemporaryError("Slack did not show it")
        process.arrive(look.answer, shown)
        self._run()

    def _advance(self, seconds: float) -> None:
        end = self.time.now + seconds
        while (moment := self._next_event()) <= end:
            self.time.now = max(self.time.now, moment)
            self._fire()
        self.time.now = end

    def _next_event(self) -> float:
        moments = [at for at, _ in self.slack.landing]
        moments += [process.frozen_until for process in self.processes if process.frozen_until is not None]
        moments += [request.sent_at + POLICY.timeout_seconds for request in self._running_requests()]
        moments += [process.swept_at + POLICY.sweep_seconds for process in self.processes if not process.is_frozen]
        moments += [look.asked_at + POLICY.timeout_seconds for process in self.processes for look in process.looks]
        return min(moments, default=float("inf"))

    def _running_requests(self) -> list[Request]:
        requests = [request for process in self.processes for request in process.requests if not request.is_held]
        return requests + self.orphans

    def _fire(self) -> None:
        self.slack.land_due()
        for process in self.processes:
            if process.frozen_until is not None and process.frozen_until <= self.time.now:
                process.thaw()
                self._run()
        for request in self._running_requests():
            if request.sent_at + POLICY.timeout_seconds <= self.time.now:
                self._end(request, Uncertain("no clear answer: TimeoutError"))
        for process in self.processes:
            if not process.is_frozen and process.swept_at + POLICY.sweep_seconds <= self.time.now:
                self._sweep(process)
            for look in list(process.looks):
                if look.asked_at + POLICY.timeout_seconds <= self.time.now:
                    self._answer_look(process, look, is_shown=False)

    # What was promised.

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        rows = {row.id: row for row in self.store.rows()}
        assert rows.keys() == self.queued.keys(), "an entry is gone"
        for row in rows.values():
            stand = self.slack.standing(row.id)
            if row.kind == "ephemeral":
                assert len(stand) <= 1, f"{row.id} was shown {len(stand)} times"
            if row.kind == "post" and row.id not in self.held:
                assert len(stand) <= 1, f"{row.id} stands {len(stand)} times"
            if row.kind == "post" and row.state == "sent":
                assert row.slack_ts in [stamp(message.ts) for message in stand], f"{row.id} is kept as another"
            if row.kind == "post" and row.id not in self.held and row.state == "dead":
                assert not stand, f"{row.id} is dead and stands"

    @invariant()
    def lanes_keep_their_order(self) -> None:
        first: dict[str, float] = {}
        for entry in self.queued.values():
            stand = self.slack.standing(entry.id) if entry.kind == "post" and entry.id not in self.held else []
            if stand:
                ts = min(message.ts for message in stand)
                assert first.get(entry.lane, -1.0) < ts, f"{entry.id} overtook one of its lane"
                first[entry.lane] = ts

    @invariant()
    def nobody_posts_inside_a_ban_that_it_knows(self) -> None:
        assert not [outbox_id for process in self.processes for outbox_id in process.came_too_early]

    def teardown(self) -> None:
        try:
            if self.processes:
                self._stop_the_faults()
        finally:
            for process in self.processes:
                process.kill()
            self._run()
            self.store.close()

    def _stop_the_faults(self) -> None:
        for process in self.processes:
            if process.frozen_until is not None:
                self._advance(process.frozen_until - self.time.now + 0.001)
            process.clock_error = 0.0
        self._advance(POLICY.timeout_seconds + LATEST_LANDING)
        begun, strides = self.time.now, iter(STRIDES)
        while left := [row.id for row in self.store.rows() if row.state in ("pending", "sending", "uncertain")]:
            assert self.time.now - begun < REST_WITHIN, f"no progress: {left}"
            self._work()
            for request in list(self.undecided):
                self._decide(request, "ok")
            self._advance(next(strides))
        for process in self.processes:
            self._sweep(process)
        if not self.has_stepped:
            # The sweeper tells by the wall clock what was sent lately, so it may miss a double after a step.
            self.held.clear()
        self.nothing_is_lost_or_doubled()
        self.lanes_keep_their_order()


def _when(request: Request) -> tuple[float, str]:
    """Order requests, so that the same story is the same each time."""
    return request.sent_at, request.dispatch.outbox_id


SAID: Mapping[str, Outcome] = {
    "refused": NotSent("no connection: ClientConnectorError"),
    "reset": Uncertain("no clear answer: ClientOSError"),
    "dropped": Uncertain("no clear answer: ServerDisconnectedError"),
    "429": classify_slack_error("ratelimited", 429, retry_after=30.0),
    "500 after": classify_slack_error("", 500),
    "503 before": classify_slack_error("", 503),
    "fatal": classify_slack_error("fatal_error", 200),
    "no": classify_slack_error("channel_not_found", 200),
}
"""What the sender makes of each fate, by the shipped rules; the message of `ok` is not known before."""


def _outcome(fate: str, request: Request, message: Message | None) -> Outcome:
    if fate == "ok" and message is not None:
        return Sent(stamp(message.ts), request.dispatch.channel_id)
    return SAID[fate]
