"""Queries on items, reports, notes and decisions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.domain.words import Kind
from db.models import (
    Decision,
    ErasedMessage,
    Item,
    Note,
    Numbering,
    OpenQuestion,
    Report,
    ReportVersion,
)
from db.upsert import insert_into


class Items:
    """Nuggets and asks with what belongs to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_number(self, team_id: str, kind: Kind) -> int:
        """Take the next number of this kind; a number once taken is never given again."""
        table = Numbering.__table__
        statement = (
            insert_into(self._session, table)
            .values(team_id=team_id, kind=kind.value, last_number=1)
            .on_conflict_do_update(index_elements=["team_id", "kind"], set_={"last_number": table.c.last_number + 1})
            .returning(table.c.last_number)
        )
        return int(self._session.execute(statement).scalar_one())

    def add(self, row: Item | Report | ReportVersion | Note | Decision | OpenQuestion) -> None:
        self._session.add(row)

    def count(self, team_id: str) -> int:
        """Count all items of a workspace, whatever their status."""
        return self._session.scalar(select(func.count(Item.id)).where(Item.team_id == team_id)) or 0

    def list_words(self, team_id: str) -> list[tuple[str, str]]:
        """Return the kind and the words of every report that was not withdrawn, in their order."""
        query = (
            select(Item.kind, Report.words)
            .join(Report)
            .where(Item.team_id == team_id, Report.withdrawn_at.is_(None))
            .order_by(Report.id)
        )
        return [(kind, words) for kind, words in self._session.execute(query)]

    def find(self, item_id: int) -> Item | None:
        return self._session.get(Item, item_id)

    def lock(self, item_id: int) -> Item | None:
        """Return an item, held until the end of the transaction so that two decisions follow one another."""
        return self._session.get(Item, item_id, with_for_update=True, populate_existing=True)

    def find_by_number(self, team_id: str, kind: Kind, number: int) -> Item | None:
        query = select(Item).where(Item.team_id == team_id, Item.kind == kind.value, Item.number == number)
        return self._session.scalars(query).one_or_none()

    def find_by_card(self, outbox_id: str) -> Item | None:
        return self._session.scalars(select(Item).where(Item.card_outbox_id == outbox_id)).one_or_none()

    def list_merged(self, item_id: int) -> list[int]:
        """Return the items that were joined to this one, and what was joined to those before."""
        found: list[int] = []
        waiting = [item_id]
        while waiting:
            merged = self._session.scalars(select(Item.id).where(Item.merged_into_id.in_(waiting)).order_by(Item.id))
            waiting = [found_id for found_id in merged if found_id not in found]
            found += waiting
        return found

    def list_latest(self, team_id: str, reporter: str, kind: Kind, limit: int) -> Sequence[Item]:
        """Return the newest items of this kind that a person reported and did not withdraw."""
        query = (
            select(Item)
            .join(Report)
            .where(
                Item.team_id == team_id,
                Item.kind == kind.value,
                Report.reporter == reporter,
                Report.withdrawn_at.is_(None),
            )
            .order_by(Item.id.desc())
            .limit(limit)
        )
        return self._session.scalars(query).unique().all()

    def find_report(self, report_id: int) -> Report | None:
        return self._session.get(Report, report_id)

    def find_report_by_gesture(self, team_id: str, gesture_key: str) -> Report | None:
        query = select(Report).where(Report.team_id == team_id, Report.gesture_key == gesture_key)
        return self._session.scalars(query).one_or_none()

    def find_same_words(self, team_id: str, reporter: str, kind: str, words: str, *, since: datetime) -> Report | None:
        """Return what this person typed in these very words since then, if it still stands; messages do not count."""
        query = (
            select(Report)
            .join(Item)
            .where(
                Report.team_id == team_id,
                Report.reporter == reporter,
                Report.reported_at >= since,
                Report.message_ts.is_(None),
                Report.withdrawn_at.is_(None),
                Report.words == words,
                Item.kind == kind,
            )
            .order_by(Report.id.desc())
        )
        return self._session.scalars(query).first()

    def find_report_by_message(self, team_id: str, channel_id: str, message_ts: str) -> Report | None:
        query = select(Report).where(
            Report.team_id == team_id, Report.channel_id == channel_id, Report.message_ts == message_ts
        )
        return self._session.scalars(query).first()

    def delete_versions(self, report_id: int) -> None:
        self._session.execute(delete(ReportVersion).where(ReportVersion.report_id == report_id))

    def find_note(self, team_id: str, channel_id: str, message_ts: str) -> Note | None:
        query = select(Note).where(
            Note.team_id == team_id, Note.channel_id == channel_id, Note.message_ts == message_ts
        )
        return self._session.scalars(query).one_or_none()

    def list_notes(self, item_id: int) -> Sequence[Note]:
        query = select(Note).where(Note.item_id == item_id, Note.erased_at.is_(None)).order_by(Note.id)
        return self._session.scalars(query).all()

    def find_decision_by_gesture(self, team_id: str, gesture_key: str) -> Decision | None:
        query = select(Decision).where(Decision.team_id == team_id, Decision.gesture_key == gesture_key)
        return self._session.scalars(query).one_or_none()

    def find_latest_gesture(self, team_id: str, prefix: str) -> Decision | None:
        """Return the newest decision that a gesture with this prefix caused."""
        query = (
            select(Decision)
            .where(Decision.team_id == team_id, Decision.gesture_key.startswith(prefix, autoescape=True))
            .order_by(Decision.id.desc())
        )
        return self._session.scalars(query).first()

    def find_latest_decision(self, item_id: int) -> Decision | None:
        query = select(Decision).where(Decision.item_id == item_id).order_by(Decision.id.desc())
        return self._session.scalars(query).first()

    def list_decisions(self, item_id: int) -> Sequence[Decision]:
        return self._session.scalars(select(Decision).where(Decision.item_id == item_id).order_by(Decision.id)).all()

    def is_undone(self, decision_id: int) -> bool:
        query = select(func.count()).select_from(Decision).where(Decision.undoes_id == decision_id)
        return bool(self._session.scalar(query))

    def find_open_question(self, item_id: int, slack_user_id: str, effect: str) -> OpenQuestion | None:
        query = select(OpenQuestion).where(
            OpenQuestion.item_id == item_id,
            OpenQuestion.slack_user_id == slack_user_id,
            OpenQuestion.effect == effect,
            OpenQuestion.closed_at.is_(None),
        )
        return self._session.scalars(query).one_or_none()

    def list_open_questions(self, item_id: int) -> Sequence[OpenQuestion]:
        query = select(OpenQuestion).where(OpenQuestion.item_id == item_id, OpenQuestion.closed_at.is_(None))
        return self._session.scalars(query).all()

    def list_owed(self, team_id: str, slack_user_id: str) -> list[int]:
        """Return the items that this person began to answer and owes the words, oldest first."""
        query = (
            select(OpenQuestion.item_id)
            .where(
                OpenQuestion.team_id == team_id,
                OpenQuestion.slack_user_id == slack_user_id,
                OpenQuestion.closed_at.is_(None),
            )
            .order_by(OpenQuestion.id)
        )
        return list(dict.fromkeys(self._session.scalars(query)))

    def is_erased(self, team_id: str, channel_id: str, message_ts: str) -> bool:
        return self._session.get(ErasedMessage, (team_id, channel_id, message_ts)) is not None

    def remember_erased(self, team_id: str, channel_id: str, message_ts: str, *, now: datetime) -> None:
        if not self.is_erased(team_id, channel_id, message_ts):
            self._session.add(
                ErasedMessage(team_id=team_id, channel_id=channel_id, message_ts=message_ts, erased_at=now)
            )
