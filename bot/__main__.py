"""The `nugget` command line: parses what was typed and calls `operate`."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import typer

from bot.clock import business_clock
from bot.domain.errors import NuggetError
from bot.settings import Settings, load_settings

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
