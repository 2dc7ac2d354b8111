"""A prepared workspace whose recap is posted to one channel, on either database."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.domain.policies import RecapPolicy
from tests.services.bench import POLICY, Bench

NEWS = "CNEWS"
RECAP_POLICY = replace(POLICY, recap=RecapPolicy(channel_ids=(NEWS,)))


@pytest.fixture
def bench(engine: Engine) -> Bench:
    """A workspace that was first met in the middle of October 2026."""
    return Bench(engine, RECAP_POLICY).prepared()
