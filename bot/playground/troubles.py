"""Making things go wrong on purpose, and reading afterwards what really happened."""

import dataclasses
from typing import Any

from bot.playground.faults import Fault, fault_of
from bot.playground.history import history_of
from bot.playground.workspace import Workspace


class Troubles:
    """The switches of the faults."""

    workspace: Workspace

    async def set_fault(
        self,
        name: str,
        rate: float = 1.0,
        *,
        method: str = "",
        seconds: float | None = None,
        most: int = 2,
        times: int | None = None,
    ) -> None:
        """Switch a fault on, or change it; `faults.py` names them all.

        Raises ValueError for what is no fault, and for rates of call faults that together exceed 1.
        """
        fault = fault_of(name, rate, method=method, seconds=seconds, most=most, times=times)
        self.workspace.faults.switch_on(fault)

    async def clear_faults(self, name: str | None = None) -> None:
        """Switch one kind of fault off, or all of them."""
        self.workspace.faults.switch_off(name)

    async def seed_faults(self, seed: int) -> None:
        """Start the generator of the faults anew, so that a run can be replayed."""
        self.workspace.faults.seed(seed)

    async def set_delayed_events(self, is_on: bool) -> None:
        """Switch the app's setting Delayed Events: hourly retries for a day after the first three."""
        self.workspace.deliveries.delayed_events = is_on

    def faults(self) -> list[Fault]:
        """Return the faults that are switched on."""
        return self.workspace.faults.switched_on()

    def fault_counts(self) -> dict[str, int]:
        """Return how often each fault happened so far."""
        return dict(self.workspace.faults.counts)

    def violations(self) -> list[dict[str, Any]]:
        """Return the calls that came before the seconds of a Retry-After were over."""
        return [dataclasses.asdict(violation) for violation in self.workspace.bans.violations]

    def history(self) -> dict[str, Any]:
        """Return all that happened, for a program that compares it with what the app believes."""
        return history_of(self.workspace)
