"""A later revision that exists only in a test: the project's scripts with one more beside them."""

import shutil
from pathlib import Path

import pytest

from migrations import runner

SCRIPT = """
import sqlalchemy as sa
from alembic import op

revision = "planted"
down_revision = "{after}"


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
"""


def plant(monkeypatch: pytest.MonkeyPatch, folder: Path, upgrade: str, downgrade: str = "pass") -> None:
    """Make the runner work with a copy of the scripts whose newest revision does this."""
    scripts = folder / "scripts with 100% odd name"
    shutil.copytree(runner.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    script = SCRIPT.format(after=runner.HEAD, upgrade=upgrade, downgrade=downgrade)
    (scripts / "versions" / "planted.py").write_text(script)
    monkeypatch.setattr(runner, "SCRIPTS", scripts)
    monkeypatch.setattr(runner, "HEAD", "planted")
