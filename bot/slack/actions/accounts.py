"""Presses on the question whether a new account's name is another spelling of a known one."""

from collections.abc import Mapping

from bot.blocks import accounts
from bot.domain.errors import MendableError
from bot.services.accounts import NewAccount, SameAccount, new_account, same_account
from bot.slack.actions.base import Press, PressHandler
from bot.slack.desk import Desk


async def same(desk: Desk, press: Press) -> None:
    """Make the name stand for the known account."""
    account_id, known_id = _ids(press.value)
    command = SameAccount(press.gesture.team_id, account_id, known_id, press.gesture.slack_user_id)
    await desk.reply(press.gesture, await desk.transact(same_account, command), replace=True)


async def new(desk: Desk, press: Press) -> None:
    """Leave it an account of its own."""
    command = NewAccount(press.gesture.team_id, press.number, press.gesture.slack_user_id)
    await desk.reply(press.gesture, await desk.transact(new_account, command), replace=True)


def _ids(value: str) -> tuple[int, int]:
    first, _, second = value.partition(":")
    if all(part.isascii() and part.isdigit() and len(part) < 19 for part in (first, second)):  # noqa: PLR2004
        return int(first), int(second)
    raise MendableError("This button is from an older message. Nothing was changed.")


HANDLERS: Mapping[str, PressHandler] = {accounts.ACTION_SAME: same, accounts.ACTION_NEW: new}
