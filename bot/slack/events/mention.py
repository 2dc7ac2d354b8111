"""What is written to Nugget itself: by naming it, in threads too, or directly. A line is kept, a question answered."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.command_line import item_name
from bot.domain.facts import Settled, Waiting
from bot.domain.lines import ParsedLine, parse_line
from bot.domain.reactions import emoji_effects
from bot.domain.text import is_blank
from bot.domain.words import Kind
from bot.services.announce import Address, react_to
from bot.services.channels import capture_mode
from bot.services.confirm import KEPT, AnswerLater, answer_later, heard_key
from bot.services.known_names import known_names
from bot.services.look_up import FindItem, ListOwn, find_item, list_own
from bot.services.revise import NoteReply, note_reply
from bot.slack.commands import SUBCOMMANDS, about_item, help_text, own_items
from bot.slack.events.clips import ask_for_line
from bot.slack.events.keeping import NOT_A_MEMBER, keep_spoken, why_not_heard
from bot.slack.spoken import Spoken, hearing_in, read_spoken, text_of
from db.unit_of_work import UnitOfWork

LookUp = Callable[[UnitOfWork, Spoken, Kind, datetime], Message]


def on_mention(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """`app_mention`: the same message may come a second time as a message, and is handled once whichever is first."""
    event = waiting.payload.get("event")
    channel_id = text_of(event.get("channel")) if isinstance(event, dict) else ""
    if not isinstance(event, dict) or not channel_id:
        return Settled("ignored", "no channel")
    event_ts = text_of(event.get("event_ts")) or text_of(event.get("ts"))
    hearing = hearing_in(uow, waiting.team_id, channel_id)
    return on_addressed(uow, read_spoken(waiting.team_id, channel_id, event, event_ts, hearing), now)


def on_addressed(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled:
    """Keep the line, answer what it looks up, or ask privately what it is; nothing that was written is lost."""
    why_not = why_not_heard(uow, spoken)
    if why_not is not None:
        return _turn_away(uow, spoken, why_not, now)
    if spoken.is_direct and spoken.is_reply and _is_noted(uow, spoken, now):
        return Settled("handled", "noted")
    if uow.items.find_report_by_gesture(spoken.team_id, spoken.key) is not None:
        return Settled("ignored", "captured before")
    parsed = parse_line(spoken.words, known_names(uow, spoken.team_id))
    if parsed.is_kept_out:
        return Settled("ignored", "kept out", forget_body=True)
    answered = _answer(uow, spoken, now)
    return answered or _keep(uow, spoken, parsed, now)


def _answer(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Settled | None:
    """Answer a look-up, or someone who has said nothing to keep; None where there is a line to keep."""
    if is_blank(spoken.words) and (spoken.files or spoken.clip):
        return ask_for_line(uow, spoken, now)
    if is_blank(spoken.words):
        _tell(uow, spoken, answers.how_to_write(is_direct=spoken.is_direct), now)
        return Settled("handled", "told how")
    found = _look_up(uow, spoken, now)
    if found is None:
        return None
    _tell(uow, spoken, found, now)
    return Settled("handled", "looked up")


def _keep(uow: UnitOfWork, spoken: Spoken, parsed: ParsedLine, now: datetime) -> Settled:
    kind = kind_meant(uow, spoken, parsed)
    if kind is not None:
        return keep_spoken(uow, spoken, kind, now)
    _tell(uow, spoken, answers.which_kind(spoken.channel_id, spoken.ts), now)
    return Settled("handled", "asked which kind")


def kind_meant(uow: UnitOfWork, spoken: Spoken, parsed: ParsedLine) -> Kind | None:
    """Return what a line is: as its author says, as its channel is set, or intel where it names a competitor."""
    if spoken.kind is not None:
        return spoken.kind
    watched = capture_mode(uow, spoken.team_id, spoken.channel_id)
    if watched is not None:
        return watched.kind
    return Kind.NUGGET if parsed.competitor_ids else None


def _turn_away(uow: UnitOfWork, spoken: Spoken, why_not: Settled, now: datetime) -> Settled:
    """Leave it unheard. A guest who writes directly is told so once; nobody else outside sees anything of Nugget."""
    person = uow.people.find(spoken.team_id, spoken.author)
    is_guest = person is not None and person.is_guest and not (person.is_deactivated or person.is_outsider)
    asks = why_not == NOT_A_MEMBER and spoken.is_direct and is_guest
    if asks and uow.people.tell_once(spoken.team_id, spoken.author, "for members only", now=now):
        _tell(uow, spoken, answers.say(answers.MEMBERS_ONLY), now)
    return why_not


def _is_noted(uow: UnitOfWork, spoken: Spoken, now: datetime) -> bool:
    """Keep a reply under what Nugget said of an item as a note of it; one reaction says that it was kept."""
    thread_ts = spoken.thread_ts or ""
    command = NoteReply(spoken.team_id, spoken.channel_id, thread_ts, spoken.ts, spoken.author, spoken.line)
    if not note_reply(uow, command, now=now):
        return uow.items.find_note(spoken.team_id, spoken.channel_id, spoken.ts) is not None
    react_to(uow, Address(spoken.team_id, spoken.channel_id), spoken.ts, KEPT, now=now)
    return True


def _tell(uow: UnitOfWork, spoken: Spoken, message: Message, now: datetime) -> None:
    """Answer once, where the author alone sees it; both deliveries of a message lead to the one answer."""
    answer = AnswerLater(
        team_id=spoken.team_id,
        slack_user_id=spoken.author,
        channel_id=spoken.channel_id,
        message=message,
        key=heard_key(spoken.channel_id, spoken.ts),
        thread_ts=spoken.replied_in,
    )
    answer_later(uow, answer, now=now)


def _look_up(uow: UnitOfWork, spoken: Spoken, now: datetime) -> Message | None:
    """Return what a line looks up, by the grammar of the commands; None where it is words to keep."""
    words = spoken.words.split()
    named = item_name(spoken.words.strip())
    said = named[0] if named else spoken.kind
    for kind in [said] if said else list(Kind):
        for subcommand in SUBCOMMANDS:
            look_up = LOOK_UPS.get(subcommand.name)
            if look_up is not None and subcommand.grammar(kind).fits(words):
                return answers.look_up_offer(look_up(uow, spoken, kind, now), spoken.words, kind)
    return None


# What is answered here may stay in Slack for good, so it holds nobody's words: those can be taken back.


def _help(uow: UnitOfWork, spoken: Spoken, kind: Kind, now: datetime) -> Message:  # noqa: ARG001
    """List every way in: what can be written here, in the menu of a message, and as an emoji."""
    policy = uow.policy(spoken.team_id)
    kept = {Kind.NUGGET: "what you heard about a competitor", Kind.ASK: "what a customer needs"}
    usages = [(f"{word} TEXT", f"Keeps {kept[of]}. One line is enough.") for word, of in WORDS.items()]
    for subcommand in SUBCOMMANDS:
        if subcommand.name not in LOOK_UPS:
            continue
        shown = {subcommand.usage(of): subcommand.description(of) for of in Kind if of in subcommand.kinds}
        usages += shown.items()
    usages += [(answers.SAVE_AS[of], "In the menu of any message: saves it.") for of in Kind]
    for emoji, effect in emoji_effects(policy).by_name.items():
        if effect.saves is not None:
            usages.append((f":{emoji}:", f"On any message: saves it as {answers.AS_KIND[effect.saves]}."))
    return answers.help_text(usages)


def _own(uow: UnitOfWork, spoken: Spoken, kind: Kind, now: datetime) -> Message:
    views = list_own(uow, ListOwn(spoken.team_id, spoken.author, kind), now=now)
    return answers.own_standing(views, _command(uow, spoken, kind))


def _item(uow: UnitOfWork, spoken: Spoken, kind: Kind, now: datetime) -> Message:
    named, number = item_name(spoken.words.strip()) or (kind, 0)
    found = find_item(uow, FindItem(spoken.team_id, spoken.author, named, number), now=now)
    if found is None:
        return answers.no_such_item(spoken.words.strip().upper())
    return answers.item_standing(found, _command(uow, spoken, named))


def _command(uow: UnitOfWork, spoken: Spoken, kind: Kind) -> str:
    policy = uow.policy(spoken.team_id)
    return policy.command_ask if kind is Kind.ASK else policy.command_intel


WORDS = {"intel": Kind.NUGGET, "ask": Kind.ASK}
LOOK_UPS: Mapping[str, LookUp] = {
    help_text.SUBCOMMAND.name: _help,
    own_items.SUBCOMMAND.name: _own,
    about_item.SUBCOMMAND.name: _item,
}
"""Of the commands' look-ups those that can be answered in writing; any other line is kept."""
