"""`nugget migrate`: bring the database up to date, or say how it differs from what this version expects."""

from migrations import runner


def migrate(url: str) -> str:
    """Upgrade the database and return a sentence on what was done."""
    changed = runner.ensure_current(url)
    return f"The database is at revision {runner.HEAD}." + ("" if changed else " Nothing had to be done.")


def check(url: str) -> list[str]:
    """Upgrade the database and return every difference between its schema and the models."""
    runner.ensure_current(url)
    return runner.check(url)
