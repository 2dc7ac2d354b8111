"""Capture in full: drafts, wants, confirmations, coaching, settings of channels, and what joining and ageing need.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

# What stands here is how the schema was then; later changes of the models must not change it. So nothing is imported.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(32)
INSTANT = sa.DateTime(timezone=True)
_OPEN = "closed_at IS NULL"
_MERGED = "merged_into_id IS NOT NULL"

# Until now every report counted as what its item is.
COUNTED_SO_FAR = """UPDATE report SET counted_as = CASE
    WHEN withdrawn_at IS NOT NULL THEN ''
    WHEN (SELECT kind FROM item WHERE item.id = report.item_id) = 'nugget' THEN 'nuggets'
    ELSE 'asks' END"""


def upgrade() -> None:
    """Add the columns and the tables; what was counted before keeps the figure that it counted in."""
    op.add_column("item", sa.Column("is_quiet", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item", sa.Column("confirmed_at", INSTANT))
    op.create_index(
        "ix_item_merged",
        "item",
        ["merged_into_id"],
        sqlite_where=sa.text(_MERGED),
        postgresql_where=sa.text(_MERGED),
    )
    op.add_column("report", sa.Column("counted_as", sa.String(16), nullable=False, server_default=""))
    op.add_column("report", sa.Column("files", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("report", sa.Column("stated", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("report", sa.Column("answer_by", sa.Date()))
    op.create_index("ix_report_account_id", "report", ["account_id"])
    op.add_column("report", sa.Column("answered", sa.Text()))
    op.execute(COUNTED_SO_FAR)
    _add_wants()
    _add_sharing()
    _add_vectors()


def _add_wants() -> None:
    op.create_table(
        "want",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("gesture_key", sa.String(255), nullable=False),
        sa.Column("asker", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("competitor_id", KEY, sa.ForeignKey("competitor.id", name="fk_want_competitor_id_competitor")),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("outcome", sa.String(16)),
        sa.Column("filled_item_id", KEY, sa.ForeignKey("item.id", name="fk_want_filled_item_id_item")),
        sa.Column("filled_by", ID),
        sa.Column("card_outbox_id", sa.String(36)),
        sa.UniqueConstraint("team_id", "gesture_key", name="uq_want_team_id_gesture_key"),
    )
    op.create_index(
        "uq_want_one_open",
        "want",
        ["team_id", "asker"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )


def _add_sharing() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("team_id", ID, nullable=False),
        sa.Column(
            "item_id", KEY, sa.ForeignKey("item.id", name="fk_confirmation_item_id_item", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("slack_user_id", ID, nullable=False),
        sa.Column("still_true", sa.Boolean(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("gesture_key", sa.String(255), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.UniqueConstraint("team_id", "gesture_key", name="uq_confirmation_team_id_gesture_key"),
    )  # fmt: skip
    op.create_index("ix_confirmation_item_id", "confirmation", ["item_id"])
    op.create_table(
        "draft",
        sa.Column("team_id", ID, primary_key=True),
        sa.Column("slack_user_id", ID, primary_key=True),
        sa.Column("form", sa.String(64), primary_key=True),
        sa.Column("view_id", sa.String(64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
    )
    op.create_table(
        "coaching",
        sa.Column("team_id", ID, primary_key=True),
        sa.Column("slack_user_id", ID, primary_key=True),
        sa.Column("skips", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.Date()),
        sa.Column("changed_at", INSTANT, nullable=False),
    )
    op.create_table(
        "channel_setting",
        sa.Column("team_id", ID, primary_key=True),
        sa.Column("channel_id", ID, primary_key=True),
        sa.Column("capture", sa.String(16)),
        sa.Column("kind", sa.String(16)),
        sa.Column("changed_by", ID),
        sa.Column("changed_at", INSTANT),
        sa.Column("greeted_at", INSTANT),
    )


def _add_vectors() -> None:
    op.create_table(
        "item_vector",
        sa.Column(
            "item_id", KEY, sa.ForeignKey(
                "search_entry.item_id", name="fk_item_vector_item_id_search_entry", ondelete="CASCADE"
            ),
            primary_key=True, autoincrement=False,
        ),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )  # fmt: skip


def downgrade() -> None:
    """Remove what this revision added; drafts, wants and confirmations go with their tables."""
    for table in ("item_vector", "channel_setting", "coaching", "draft", "confirmation", "want"):
        op.drop_table(table)
    op.drop_index("ix_report_account_id", "report")
    op.drop_index("ix_item_merged", "item")
    for table, column in (
        ("report", "answered"),
        ("report", "answer_by"),
        ("report", "stated"),
        ("report", "files"),
        ("report", "counted_as"),
        ("item", "confirmed_at"),
        ("item", "is_quiet"),
    ):
        op.drop_column(table, column)
