"""What the inbox asks of those who handle deliveries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.facts import Settled, Waiting
from db.unit_of_work import UnitOfWork


class Handler(Protocol):
    """Maps one delivery to a use case and runs it. It reads and writes through the unit of work only."""

    def __call__(self, uow: UnitOfWork, waiting: Waiting, /, *, now: datetime) -> Settled: ...


Handlers = Mapping[str, Handler]
