"""The `nugget` command line: parses what was typed and calls `operate`."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeVar

import typer

from bot.clock import business_clock
from bot.domain.errors import NuggetError
from bot.domain.words import Kind
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from bot.intake.messages import Wish

app = typer.Typer(
    name="nugget",
    help="Carries competitive intel and feature asks from sales to product, and the answers back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

T = TypeVar("T")

Config = Annotated[
    Path | None, typer.Option("--config", help="The settings file; config.toml in this folder if there is one.")
]


@app.command()
def run(config: Config = None) -> None:
    """Serve Slack until told to stop. Secrets come from the environment only."""
    # Two libraries load rich for tracebacks that a service never shows; without it an idle process is 7 MB smaller.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
    from bot.logs import set_up_logs  # noqa: PLC0415
    from bot.operate.run import run as serve  # noqa: PLC0415

    settings = _settings(config)
    _mended(settings.require_slack)
    set_up_logs(settings.log.level, settings.log.format)
    _run(serve(settings, business_clock()))


@app.command()
def recap(
    month: Annotated[str, typer.Option(help="The month, as in 2026-10.")],
    preview: Annotated[bool, typer.Option("--preview", help="Print it; nothing is posted or stored.")] = True,  # noqa: ARG001
    as_format: Annotated[Literal["text", "json"], typer.Option("--format", help="text, or Slack's payloads.")] = "text",
    team: Annotated[str | None, typer.Option(help="The workspace, where the database holds several.")] = None,
    config: Config = None,
) -> None:
    """Print the recap of a month as it would be posted."""
    from bot.operate.recap import preview as show  # noqa: PLC0415

    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        _fail(f"--month: found {month!r}; a month is written as in 2026-10")
    settings = _settings(config)
    sys.stdout.write(_run(show(settings, business_clock(), month=month, as_format=as_format, team_id=team)) + "\n")


@app.command()
def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Without a page: live the month and print the recap.")
    ] = False,
    port: Annotated[int, typer.Option(help="The page's port; 0 takes any free one.", min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    empty: Annotated[bool, typer.Option("--empty", help="Begin without the first days of October.")] = False,
    notes: Annotated[
        Path | None, typer.Option(help="Headless: texts to play, one JSON object a line, instead of ours.")
    ] = None,
    most: Annotated[int | None, typer.Option(help="Headless: play at most so many of them.", min=1)] = None,
    mode: Annotated[Literal["socket", "http"], typer.Option(help="How the stand-in reaches the bot.")] = "socket",
    database: Annotated[
        str | None, typer.Option(help="Headless: an empty Postgres database instead of an SQLite file.")
    ] = None,
    speed: Annotated[float, typer.Option(help="How much faster than Slack's own paces.", min=1, max=1000)] = 60.0,
    keep: Annotated[Path | None, typer.Option(help="A folder to work in, which stays; the page goes on there.")] = None,
) -> None:
    """Try Nugget without Slack: the real bot beside a stand-in, in a page on this machine."""
    from bot.operate.demo import run as play  # noqa: PLC0415

    if headless:
        _run(play.demo(play.DemoOptions(notes, most, mode, database, speed, keep)))
        return
    if alone := [name for name, given in (("--notes", notes), ("--most", most), ("--database", database)) if given]:
        _fail(f"{' and '.join(alone)}: only together with --headless")
    _run(play.page(keep, mode=mode, speed=speed, port=port, is_shown=browser, is_empty=empty))


@app.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Then compare it with the models; exits 1 on differences.")
    ] = False,
    database: Annotated[str | None, typer.Option(help="The database, instead of the settings' one.")] = None,
    config: Config = None,
) -> None:
    """Bring the database up to date; `nugget run` does so by itself."""
    from bot.operate import migrate as operate  # noqa: PLC0415

    url = database or _settings(config).database_url
    if not check:
        sys.stdout.write(_mended(lambda: operate.migrate(url)) + "\n")
        return
    differences = _mended(lambda: operate.check(url))
    sys.stdout.write("\n".join(differences or ["The schema equals the models."]) + "\n")
    if differences:
        raise SystemExit(1)


outbox = typer.Typer(help="See what could not be sent, send it again, or let it go.", no_args_is_help=True)
app.add_typer(outbox, name="outbox")

Names = Annotated[list[str], typer.Argument(help="The first characters of an entry's id, several of them, or: all")]


@outbox.command("list")
def outbox_list(
    everything: Annotated[bool, typer.Option("--all", help="Also what is on its way.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    config: Config = None,
) -> None:
    """Show what waits for a person, oldest first; message texts are not shown."""
    from bot.operate.outbox import list_entries  # noqa: PLC0415

    _show_entries(_run(list_entries(_settings(config), business_clock(), everything=everything)), as_json=as_json)


@outbox.command("retry")
def outbox_retry(names: Names, config: Config = None) -> None:
    """Send dead entries again, in their old place in the queue. Works while `nugget run` is up."""
    _change_entries("retry", names, config)


@outbox.command("drop")
def outbox_drop(names: Names, config: Config = None) -> None:
    """Let dead entries go; what they would have said is not sent. Works while `nugget run` is up."""
    _change_entries("drop", names, config)


def _change_entries(change: Literal["retry", "drop"], names: list[str], config: Path | None) -> None:
    from bot.logs import set_up_logs  # noqa: PLC0415
    from bot.operate.outbox import change_entries  # noqa: PLC0415

    # What a start of the service warns about would only hide the answer here.
    set_up_logs("ERROR", "console")
    _show_entries(_run(change_entries(_settings(config), business_clock(), change, names)), as_json=False)


def _show_entries(lines: list[dict[str, Any]], *, as_json: bool) -> None:
    from rich.console import Console  # noqa: PLC0415

    from bot.operate.outbox import show  # noqa: PLC0415

    if as_json:
        sys.stdout.write("".join(json.dumps(line) + "\n" for line in lines))
    else:
        show(lines, Console())


imports = typer.Typer(
    help="Bring in what is known elsewhere: lists of the CRM, tables, and what was said in Slack. Nobody is told.",
    no_args_is_help=True,
)
app.add_typer(imports, name="import")

KINDS = {"intel": Kind.NUGGET, "ask": Kind.ASK}
Team = Annotated[str | None, typer.Option(help="The workspace, where the database holds several.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; nothing is written.")]
File = Annotated[
    Path, typer.Argument(help="A CSV file; its first line names the columns.", exists=True, dir_okay=False)
]
DayFirst = Annotated[
    bool | None, typer.Option("--day-first/--month-first", help="Which way round dates such as 03/04/2026 are.")
]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on, as in 2026-01-31.")]
As = Annotated[Literal["intel", "ask"], typer.Option("--kind", help="What the messages are.")]
All = Annotated[bool, typer.Option("--all", help="Every message, not only those with a tag or a known name.")]


@imports.command("accounts")
def import_accounts(file: File, dry_run: DryRun = False, team: Team = None, config: Config = None) -> None:
    """Add accounts or bring them up to date. Columns: name; aliases (A|B), segment, amount, currency."""
    from bot.operate.import_lists import import_accounts as operate  # noqa: PLC0415

    _import_list(
        lambda settings: operate(settings, business_clock(), file, team=team, dry_run=dry_run), config, dry_run
    )


@imports.command("opportunities")
def import_opportunities(
    file: File, day_first: DayFirst = None, dry_run: DryRun = False, team: Team = None, config: Config = None
) -> None:
    """Add opportunities or bring them up to date. Columns: id, account; name, stage, close date, amount, currency."""
    from bot.operate.import_lists import import_opportunities as operate  # noqa: PLC0415

    order = _order(day_first)
    _import_list(
        lambda settings: operate(settings, business_clock(), file, order=order, team=team, dry_run=dry_run),
        config,
        dry_run,
    )


@imports.command("csv")
def import_csv(
    file: File,
    kind: Annotated[Literal["intel", "ask"] | None, typer.Option(help="What lines are that say no kind.")] = None,
    reporter: Annotated[str | None, typer.Option(help="Whose lines are that name no reporter.")] = None,
    day_first: DayFirst = None,
    dry_run: DryRun = False,
    team: Team = None,
    config: Config = None,
) -> None:
    """Import a table of intel and asks. Columns: text; kind, reporter, date, account, competitor, tags, amount, id."""
    from bot.operate.import_items import TableWish, import_table  # noqa: PLC0415

    wish = TableWish(KINDS[kind] if kind else None, reporter, _order(day_first))
    _import_rows(
        lambda settings: import_table(settings, business_clock(), file, wish, team=team, dry_run=dry_run),
        config,
        dry_run,
    )


@imports.command("slack-export")
def import_slack_export(
    folder: Annotated[Path, typer.Argument(help="The unpacked export, or its zip file.", exists=True)],
    channel: Annotated[list[str] | None, typer.Option(help="Only these channels; once for each.")] = None,
    since: Since = None,
    kind: As = "intel",
    everything: All = False,
    dry_run: DryRun = False,
    team: Team = None,
    config: Config = None,
) -> None:
    """Import what members said, out of an export of the workspace. Direct messages are left alone."""
    from bot.operate.import_items import import_export  # noqa: PLC0415

    _import_rows(
        lambda settings: import_export(
            settings,
            business_clock(),
            folder,
            _wish(settings, kind, everything, since),
            channel or [],
            team=team,
            dry_run=dry_run,
        ),
        config,
        dry_run,
    )


@imports.command("slack-history")
def import_slack_history(
    channel: Annotated[list[str], typer.Option(help="A channel that Nugget is in, by name or id; once for each.")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="From this day on, as in 2026-01-31.")],
    kind: As = "intel",
    everything: All = False,
    dry_run: DryRun = False,
    team: Team = None,
    config: Config = None,
) -> None:
    """Import what members said in channels before Nugget came. Run it again to go on after an interruption."""
    from bot.operate.import_history import import_history  # noqa: PLC0415

    _import_rows(
        lambda settings: import_history(
            settings,
            business_clock(),
            _wish(settings, kind, everything, since),
            channel,
            team=team,
            dry_run=dry_run,
        ),
        config,
        dry_run,
    )


def _wish(settings: Settings, kind: Literal["intel", "ask"], everything: bool, since: datetime | None) -> "Wish":
    from bot.intake.messages import Wish  # noqa: PLC0415

    return Wish(KINDS[kind], everything, since.date() if since else None, settings.policy().zone)


def _order(day_first: bool | None) -> Literal["dmy", "mdy"] | None:
    return None if day_first is None else "dmy" if day_first else "mdy"


def _import_list(import_it: Callable[[Settings], Coroutine[Any, Any, Any]], config: Path | None, dry_run: bool) -> None:
    from bot.operate.import_report import show_lines  # noqa: PLC0415

    report = _imported(import_it, config)
    show_lines(_report_to(dry_run), report.outcomes, report.problems, report.notes)
    raise SystemExit(1 if report.problems else 0)


def _import_rows(import_it: Callable[[Settings], Coroutine[Any, Any, Any]], config: Path | None, dry_run: bool) -> None:
    from bot.operate.import_report import show_rows  # noqa: PLC0415

    report = _imported(import_it, config)
    show_rows(_report_to(dry_run), report.told, report.problems, report.notes)
    raise SystemExit(1 if report.problems else 0)


def _imported(import_it: Callable[[Settings], Coroutine[Any, Any, Any]], config: Path | None) -> Any:
    from bot.logs import set_up_logs  # noqa: PLC0415

    # What a start of the service warns about would only hide the report.
    set_up_logs("ERROR", "console")
    return _run(import_it(_settings(config)))


def _report_to(dry_run: bool) -> "Console":
    from rich.console import Console  # noqa: PLC0415

    from bot.operate.import_report import DRY_RUN  # noqa: PLC0415

    console = Console()
    if dry_run:
        console.print(DRY_RUN)
    return console


def _settings(config: Path | None) -> Settings:
    return _mended(lambda: load_settings(config, os.environ))


def _mended(attempt: Callable[[], T]) -> T:
    try:
        return attempt()
    except NuggetError as error:
        _fail(str(error))


def _fail(sentence: str) -> NoReturn:
    sys.stderr.write(sentence.rstrip() + "\n")
    raise SystemExit(2)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        try:
            return runner.run(work)
        except NuggetError as error:
            _fail(str(error))


def _new_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415

    return uvloop.new_event_loop()


def main() -> None:
    """Run the command that was typed; exits 2 where the person can mend what is wrong."""
    app()


if __name__ == "__main__":
    main()
