"""The private question whether a new account's name is another spelling of a known one, and what its answers say."""

from bot.blocks.message import Message
from bot.blocks.parts import actions, button, counted, said, short

BLOCK_ACCOUNT = "account_question"
ACTION_SAME = "account_same"
"""Its value is the id of the new account, a colon, and the id of the known one."""
ACTION_NEW = "account_new"
"""Its value is the id of the new account."""

# A button's label holds 75 characters.
LONGEST_LABEL = 60


def same_account_question(written: str, known: str, *, account_id: int, known_id: int) -> Message:
    """Ask whoever wrote a name; nothing happens until they press."""
    buttons = [
        button(f"Yes, {short(known)[:LONGEST_LABEL]}", ACTION_SAME, f"{account_id}:{known_id}"),
        button("No, it is new", ACTION_NEW, str(account_id)),
    ]
    return said(f"Is “{short(written)}” the same as {short(known)}?", actions(BLOCK_ACCOUNT, buttons))


def now_the_same(written: str, known: str, reports: int) -> Message:
    """Say that the name stands for the known account from now on."""
    moved = counted(reports, "report counts", "reports count")
    return said(f"Thank you. “{short(written)}” now means {short(known)}; {moved} there.")


def now_new(written: str) -> Message:
    """Say that the account stays one of its own."""
    return said(f"Thank you. {short(written)} stays an account of its own, unconfirmed. Nobody is asked again.")
