"""A prepared workspace for tests of the use cases, on either database."""

import pytest
from sqlalchemy import Engine

from tests.services.bench import Bench


@pytest.fixture
def bench(engine: Engine) -> Bench:
    """A workspace with people of every sort, channels and a catalogue; runs on both databases."""
    return Bench(engine).prepared()
