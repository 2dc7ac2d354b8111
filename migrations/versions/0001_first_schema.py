"""The first schema: tables, the search index of each database, and decisions that can only be added.

Revision 0001, after nothing.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

# What stands here is how the schema was then; later changes of the models must not change it. So nothing is imported.
schema = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a plain INTEGER key.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(32)
INSTANT = sa.DateTime(timezone=True)


def _only_where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


sa.Table(
    "workspace",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("enterprise_id", ID),
    sa.Column("name", sa.String(255)),
    sa.Column("bot_user_id", ID),
    sa.Column("bot_id", ID),
    sa.Column("app_id", ID),
    sa.Column("first_seen_at", INSTANT, nullable=False),
    sa.Column("checked_at", INSTANT),
)

sa.Table(
    "numbering",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("last_number", sa.Integer(), nullable=False),
)

sa.Table(
    "person",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("slack_user_id", ID, primary_key=True),
    sa.Column("home_team_id", ID),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("zone", sa.String(64)),
    sa.Column("is_bot", sa.Boolean(), nullable=False),
    sa.Column("is_guest", sa.Boolean(), nullable=False),
    sa.Column("is_outsider", sa.Boolean(), nullable=False),
    sa.Column("is_deactivated", sa.Boolean(), nullable=False),
    sa.Column("direct_channel_id", ID),
    sa.Column("joined_at", INSTANT),
    sa.Column("refreshed_at", INSTANT, nullable=False),
)

sa.Table(
    "channel",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("channel_id", ID, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("is_private", sa.Boolean(), nullable=False),
    sa.Column("is_direct", sa.Boolean(), nullable=False),
    sa.Column("is_externally_shared", sa.Boolean(), nullable=False),
    sa.Column("is_archived", sa.Boolean(), nullable=False),
    sa.Column("has_bot", sa.Boolean(), nullable=False),
    sa.Column("last_message_ts", ID),
    sa.Column("refreshed_at", INSTANT, nullable=False),
)

sa.Table(
    "channel_member",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("channel_id", ID, primary_key=True),
    sa.Column("slack_user_id", ID, primary_key=True),
    sa.Index(None, "team_id", "slack_user_id"),
)

sa.Table(
    "group_member",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("usergroup_id", ID, primary_key=True),
    sa.Column("slack_user_id", ID, primary_key=True),
    sa.Index(None, "team_id", "slack_user_id"),
)

sa.Table(
    "told_once",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("slack_user_id", ID, primary_key=True),
    sa.Column("topic", sa.String(64), primary_key=True),
    sa.Column("told_at", INSTANT, nullable=False),
)

sa.Table(
    "competitor",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("folded", sa.String(255), nullable=False),
    sa.Column("owner", ID),
    sa.Column("is_confirmed", sa.Boolean(), nullable=False),
    sa.Column("is_seeded", sa.Boolean(), nullable=False),
    sa.Column("archived_at", INSTANT),
    sa.UniqueConstraint("team_id", "folded"),
)

sa.Table(
    "competitor_alias",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("competitor_id", KEY, sa.ForeignKey("competitor.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("folded", sa.String(255), nullable=False),
    sa.UniqueConstraint("team_id", "folded"),
)

sa.Table(
    "product_area",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("folded", sa.String(255), nullable=False),
    sa.Column("keywords", sa.JSON(), nullable=False),
    sa.Column("emoji", sa.String(100)),
    sa.Column("owner", ID),
    sa.Column("channel_id", ID),
    sa.Column("what_we_build_for", sa.String(500), nullable=False),
    sa.Column("what_gets_in", sa.String(500), nullable=False),
    sa.Column("what_we_will_not_do", sa.String(500), nullable=False),
    sa.Column("is_seeded", sa.Boolean(), nullable=False),
    sa.Column("archived_at", INSTANT),
    sa.UniqueConstraint("team_id", "folded"),
)

sa.Table(
    "account",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("folded", sa.String(255), nullable=False),
    sa.Column("segment", sa.String(100)),
    sa.Column("crm_minor", sa.BigInteger()),
    sa.Column("crm_currency", sa.String(3)),
    sa.Column("is_confirmed", sa.Boolean(), nullable=False),
    sa.Column("is_seeded", sa.Boolean(), nullable=False),
    sa.Column("archived_at", INSTANT),
    sa.UniqueConstraint("team_id", "folded"),
)

sa.Table(
    "account_alias",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("account_id", KEY, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("folded", sa.String(255), nullable=False),
    sa.UniqueConstraint("team_id", "folded"),
)

sa.Table(
    "opportunity",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("account_id", KEY, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("external_id", sa.String(64)),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("stage", sa.String(100)),
    sa.Column("close_on", sa.Date()),
    sa.Column("amount_minor", sa.BigInteger()),
    sa.Column("currency", sa.String(3)),
    sa.Column("is_confirmed", sa.Boolean(), nullable=False),
    sa.UniqueConstraint("team_id", "external_id"),
)

sa.Table(
    "item",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("number", sa.Integer(), nullable=False),
    sa.Column("status", ID, nullable=False),
    sa.Column("category", ID),
    sa.Column("area_id", KEY, sa.ForeignKey("product_area.id")),
    sa.Column("owner", ID),
    sa.Column("privacy", sa.String(16), nullable=False),
    sa.Column("place_id", ID),
    sa.Column("merged_into_id", KEY, sa.ForeignKey("item.id")),
    sa.Column("look_again_on", sa.Date()),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("seen_at", INSTANT),
    sa.Column("answered_at", INSTANT),
    sa.Column("card_outbox_id", sa.String(36)),
    sa.UniqueConstraint("team_id", "kind", "number"),
    sa.Index(None, "team_id", "kind", "created_at"),
    sa.Index(None, "team_id", "owner", "status"),
)

sa.Table(
    "report",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("item_id", KEY, sa.ForeignKey("item.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("gesture_key", sa.String(255), nullable=False),
    sa.Column("reporter", ID, nullable=False),
    sa.Column("saved_by", ID),
    sa.Column("words", sa.Text(), nullable=False),
    sa.Column("words_ts", ID, nullable=False),
    sa.Column("how_known", sa.String(16), nullable=False),
    sa.Column("channel_id", ID),
    sa.Column("message_ts", ID),
    sa.Column("permalink", sa.String(500)),
    sa.Column("account_id", KEY, sa.ForeignKey("account.id")),
    sa.Column("account_words", sa.String(255)),
    sa.Column("opportunity_id", KEY, sa.ForeignKey("opportunity.id")),
    sa.Column("wanted", sa.Text()),
    sa.Column("claimed_minor", sa.BigInteger()),
    sa.Column("claimed_currency", sa.String(3)),
    sa.Column("deal", sa.JSON(), nullable=False),
    sa.Column("reported_at", INSTANT, nullable=False),
    sa.Column("edited_at", INSTANT),
    sa.Column("withdrawn_at", INSTANT),
    sa.UniqueConstraint("team_id", "gesture_key"),
    sa.Index(None, "team_id", "channel_id", "message_ts"),
    sa.Index(None, "team_id", "reporter", "reported_at"),
)

sa.Table(
    "report_version",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("report_id", KEY, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("words", sa.Text(), nullable=False),
    sa.Column("words_ts", ID, nullable=False),
    sa.Column("replaced_at", INSTANT, nullable=False),
)

sa.Table(
    "item_tag",
    schema,
    sa.Column("item_id", KEY, sa.ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag", sa.String(100), primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Index(None, "team_id", "tag"),
)

sa.Table(
    "item_competitor",
    schema,
    sa.Column("item_id", KEY, sa.ForeignKey("item.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("competitor_id", KEY, sa.ForeignKey("competitor.id"), primary_key=True, index=True),
    sa.Column("team_id", ID, nullable=False),
)

sa.Table(
    "note",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("item_id", KEY, sa.ForeignKey("item.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("author", ID, nullable=False),
    sa.Column("words", sa.Text(), nullable=False),
    sa.Column("words_ts", ID, nullable=False),
    sa.Column("channel_id", ID, nullable=False),
    sa.Column("message_ts", ID, nullable=False),
    sa.Column("written_at", INSTANT, nullable=False),
    sa.Column("erased_at", INSTANT),
    sa.UniqueConstraint("team_id", "channel_id", "message_ts"),
)

sa.Table(
    "decision",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("item_id", KEY, sa.ForeignKey("item.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("effect", ID, nullable=False),
    sa.Column("from_status", ID, nullable=False),
    sa.Column("to_status", ID, nullable=False),
    sa.Column("actor", ID),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("detail", sa.JSON(), nullable=False),
    sa.Column("gesture_key", sa.String(255), nullable=False),
    sa.Column("undoes_id", KEY, sa.ForeignKey("decision.id")),
    sa.Column("decided_at", INSTANT, nullable=False),
    sa.UniqueConstraint("team_id", "gesture_key"),
    sa.Index(None, "team_id", "decided_at"),
)

sa.Table(
    "open_question",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("item_id", KEY, sa.ForeignKey("item.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("slack_user_id", ID, nullable=False),
    sa.Column("effect", ID, nullable=False),
    sa.Column("asked_at", INSTANT, nullable=False),
    sa.Column("closed_at", INSTANT),
    sa.Index(
        "uq_open_question_one_open",
        "team_id",
        "item_id",
        "slack_user_id",
        "effect",
        unique=True,
        **_only_where("closed_at IS NULL"),
    ),
)

sa.Table(
    "erased_message",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("channel_id", ID, primary_key=True),
    sa.Column("message_ts", ID, primary_key=True),
    sa.Column("erased_at", INSTANT, nullable=False),
)

sa.Table(
    "inbox",
    schema,
    sa.Column("id", KEY, primary_key=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("dedupe_key", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    sa.Column("channel_id", ID),
    sa.Column("message_ts", ID),
    sa.Column("received_at", INSTANT, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(64), nullable=False),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("retry_at", INSTANT),
    sa.Column("error", sa.Text()),
    sa.Column("settled_at", INSTANT),
    sa.UniqueConstraint("team_id", "dedupe_key"),
    sa.Index(None, "team_id", "channel_id", "message_ts"),
    sa.Index("ix_inbox_unsettled", "id", **_only_where("state = 'pending'")),
)

sa.Table(
    "outbox",
    schema,
    sa.Column("seq", KEY, primary_key=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("lane", sa.String(100), nullable=False),
    sa.Column("kind", ID, nullable=False),
    sa.Column("purpose", ID, nullable=False),
    sa.Column("channel_id", ID, nullable=False),
    sa.Column("thread_ts", ID),
    sa.Column("recipient", ID),
    sa.Column("payload", sa.JSON(), nullable=False),
    sa.Column("target_id", sa.String(36)),
    sa.Column("item_id", KEY, index=True),
    sa.Column("decision_id", KEY, index=True),
    sa.Column("dedupe_key", sa.String(255), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("token", sa.String(36)),
    sa.Column("claimed_at", INSTANT),
    sa.Column("first_try_at", INSTANT),
    sa.Column("due_at", INSTANT, nullable=False),
    sa.Column("retry_at", INSTANT),
    sa.Column("slack_channel_id", ID),
    sa.Column("slack_ts", ID),
    sa.Column("error", sa.Text()),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("settled_at", INSTANT),
    sa.UniqueConstraint("team_id", "dedupe_key"),
    sa.Index("ix_outbox_lane_head", "lane", "seq", **_only_where("state IN ('pending', 'sending', 'uncertain')")),
    sa.Index(None, "team_id", "slack_channel_id", "slack_ts"),
    sa.Index(
        "ix_outbox_unfinished",
        "team_id",
        "kind",
        "seq",
        **_only_where("state IN ('pending', 'sending', 'uncertain')"),
    ),
)

sa.Table(
    "run",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("kind", ID, primary_key=True),
    sa.Column("scope", sa.String(64), primary_key=True),
    sa.Column("period_key", sa.String(16), primary_key=True),
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("due_at", INSTANT, nullable=False),
    sa.Column("window_from", INSTANT, nullable=False),
    sa.Column("window_to", INSTANT, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("snapshot", sa.JSON(), nullable=False),
    sa.Column("decided_at", INSTANT, nullable=False),
)

sa.Table(
    "monthly_tally",
    schema,
    sa.Column("team_id", ID, primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("slack_user_id", ID, primary_key=True),
    sa.Column("nuggets", sa.Integer(), nullable=False),
    sa.Column("asks", sa.Integer(), nullable=False),
    sa.Column("corroborations", sa.Integer(), nullable=False),
    sa.Column("confirmations", sa.Integer(), nullable=False),
    sa.Column("filled_wants", sa.Integer(), nullable=False),
)

sa.Table(
    "search_entry",
    schema,
    sa.Column("item_id", KEY, sa.ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("team_id", ID, nullable=False),
    sa.Column("privacy", sa.String(16), nullable=False),
    sa.Column("place_id", ID),
    sa.Column("scope", sa.Text(), nullable=False),
    sa.Column("words", sa.Text(), nullable=False),
    sa.Column("changed_at", INSTANT, nullable=False),
    sa.Index(None, "team_id", "changed_at"),
)


# A trigger may not write to a full-text table here (`trusted_schema` is off), so triggers note what the writer applies.
SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE search_index USING fts5(words, scope, content='search_entry', content_rowid='item_id',
    tokenize="unicode61 remove_diacritics 2")""",
    """CREATE TABLE search_change (id INTEGER PRIMARY KEY, command TEXT, item_id INTEGER NOT NULL, words TEXT NOT NULL,
    scope TEXT NOT NULL)""",
    """CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
    INSERT INTO search_change (command, item_id, words, scope) VALUES (NULL, new.item_id, new.words, new.scope); END""",
    """CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN
    INSERT INTO search_change (command, item_id, words, scope)
    VALUES ('delete', old.item_id, old.words, old.scope); END""",
    """CREATE TRIGGER search_entry_changed AFTER UPDATE OF item_id, words, scope ON search_entry BEGIN
    INSERT INTO search_change (command, item_id, words, scope)
    VALUES ('delete', old.item_id, old.words, old.scope), (NULL, new.item_id, new.words, new.scope); END""",
)
POSTGRES_SEARCH = (
    """CREATE INDEX ix_search_entry_vector ON search_entry
    USING gin (to_tsvector('simple', words || ' ' || scope))""",
)

# Erasing an item takes its decisions along: the cascade runs when the item is gone already.
SQLITE_APPEND_ONLY = (
    """CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision BEGIN
    SELECT RAISE(ABORT, 'a decision is never changed; add one that corrects it'); END""",
    """CREATE TRIGGER decision_is_never_removed BEFORE DELETE ON decision
    WHEN EXISTS (SELECT 1 FROM item WHERE id = old.item_id) BEGIN
    SELECT RAISE(ABORT, 'a decision is never removed while its item exists'); END""",
)
POSTGRES_APPEND_ONLY = (
    """CREATE FUNCTION keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE integrity_constraint_violation
            USING MESSAGE = 'a decision is never changed; add one that corrects it';
    ELSIF EXISTS (SELECT 1 FROM item WHERE id = OLD.item_id) THEN
        RAISE integrity_constraint_violation
            USING MESSAGE = 'a decision is never removed while its item exists';
    END IF;
    RETURN OLD;
    END $$""",
    """CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
    FOR EACH ROW EXECUTE FUNCTION keep_decision()""",
    """CREATE TRIGGER decision_is_never_removed BEFORE DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION keep_decision()""",
)


def upgrade() -> None:
    """Make every table with its indexes, then what the models cannot say."""
    bind = op.get_bind()
    schema.create_all(bind, checkfirst=False)
    by_hand = {
        "sqlite": SQLITE_SEARCH + SQLITE_APPEND_ONLY,
        "postgresql": POSTGRES_SEARCH + POSTGRES_APPEND_ONLY,
    }
    for statement in by_hand[bind.dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Remove every table; triggers and indexes go with theirs."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
        op.execute("DROP TABLE search_change")
    schema.drop_all(bind, checkfirst=False)
    if bind.dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_decision()")
