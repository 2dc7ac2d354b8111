"""One run of the simulator: a month's end lived in bursts, with spells and deaths, and then peace until rest."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from bot.domain.errors import TemporaryError
from bot.domain.periods import recap_due
from bot.operate.demo.world import Place, settings_text
from bot.playground.spec import WorldSpec
from bot.settings import Settings, load_settings
from db.base import Base
from tests.databases import make_sqlite_template
from tests.faults.sim_bot import Death, Disk, Life
from tests.faults.sim_faults import POINTS, RECAP_POINTS, SPELLS, Trouble, switch_on
from tests.faults.sim_people import People
from tests.faults.sim_world import SLACK_PORT, Mode, Slack, World, short_digest

# The months whose end is lived through: with either change of the clock, over a year's end, and in a leap year.
MONTHS = ("2026-10", "2026-12", "2027-03", "2028-02", "2027-06")
DAYS_BEFORE, DAYS_AFTER = 2, 1
BURSTS = 4
# How long it may take until nothing waits any more, during the month and after the faults (seconds).
PATIENCE, LAST_PATIENCE, WAKEFUL = 300.0, 4 * 3600.0, 2 * 3600.0
# Long enough for the sweeper and for the hourly back-fill to have had their turn (seconds).
SWEEP, BACK_FILL = 310.0, 3700.0
FAULT_RATE, DEATHS, GESTURES = 0.2, 4, 32


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is made of; the same options give the same run."""

    seed: int
    gestures: int = GESTURES
    faults: float = FAULT_RATE
    deaths: int = DEATHS
    mistake: str | None = None
    only: str | None = None
    """The one fault of calls or deliveries that happens, instead of all; there are no spells then."""
    point: str | None = None
    """Where all deaths happen, instead of at each point in turn."""

    def command(self) -> str:
        """Return the command that runs it again."""
        named = {"mistake": self.mistake, "only": self.only, "point": self.point}
        rest = "".join(f" --{name} {value}" for name, value in named.items() if value)
        return (
            f"python -m tests.faults.simulator --seed {self.seed} --gestures {self.gestures}"
            f" --faults {self.faults} --deaths {self.deaths}{rest}"
        )


@cache
def template() -> Path:
    """Return a migrated database file of this process, to be copied."""
    folder = tempfile.TemporaryDirectory(prefix="nugget-simulator-")
    path = make_sqlite_template(Path(folder.name))
    _kept.append(folder)
    return path


_kept: list[tempfile.TemporaryDirectory[str]] = []


class Simulation:
    """One run, in a folder of its own."""

    def __init__(self, options: Options, folder: Path) -> None:
        self.options = options
        mode: Mode = "http" if options.seed % 2 else "socket"
        self.month = MONTHS[options.seed // 2 % len(MONTHS)]
        self.settings = self._settings(folder, mode)
        self.policy = self.settings.policy()
        self.due_at = recap_due(self.month, self.policy.recap, self.policy.zone, self.policy.holidays)
        first_after = datetime.fromisoformat(f"{self.month}-28T07:00:00+00:00") + timedelta(days=4)
        begin = first_after.replace(day=1) - timedelta(days=DAYS_BEFORE)
        self.world = World(options.seed, begin, mode)
        self.slack = Slack(self.world)
        self.disk = Disk(folder / "nugget.sqlite3")
        shutil.copyfile(template(), self.disk.path)
        self.trouble = Trouble(self.world, self.slack, self.disk, self._come_back)
        self.people = People(self.world, self.slack, self._words_of)
        self.lives = 0
        self.broken: Exception | None = None
        self._next_deaths: list[str] = []
        self.world.on_kill = self._killed

    def _settings(self, folder: Path, mode: Mode) -> Settings:
        place = Place(folder, mode, f"http://127.0.0.1:{SLACK_PORT}/api/", 1, 1.0)
        config = folder / "config.toml"
        config.write_text(settings_text(place), encoding="utf-8")
        spec = WorldSpec()
        environ = {
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_APP_TOKEN": spec.app_token,
            "SLACK_SIGNING_SECRET": spec.signing_secret,
        }
        return load_settings(config, environ)

    # The bot's lives.

    def _killed(self) -> None:
        self.trouble.die()
        raise Death

    async def _start(self) -> None:
        while True:
            self.lives += 1
            life = Life(self.world, self.disk, self.settings, self.lives)
            try:
                await life.begin()
            except TemporaryError as error:
                self.world.note(f"bot {self.lives} did not start: {error}")
                life.give_up()
                await life.bury()
                await asyncio.sleep(self.world.chance["deaths"].uniform(1, 5))
                continue
            self.trouble.life = life
            self.world.note(f"bot {self.lives} started")
            return

    async def _come_back(self, rest: float) -> None:
        """Bury the bot, and start it again after so many seconds."""
        try:
            dead, self.trouble.life = self.trouble.life, None
            assert dead is not None
            await dead.bury()
            await asyncio.sleep(0.1 if self.trouble.has_ceased else rest)
            await self._start()
            self._arm_next()
        except Exception as error:  # noqa: BLE001 - a run whose bot never comes back would only say that it waits.
            self.broken = error

    def _arm_next(self) -> None:
        if self._next_deaths and not self.trouble.has_ceased and self.trouble.armed is None:
            point = self._next_deaths.pop(0)
            count = 1 if point in RECAP_POINTS else self.world.chance["deaths"].randint(1, 3)
            self.trouble.arm(point, count)

    async def _restart(self) -> None:
        """Stop the bot in order and start it again, as an upgrade does."""
        life = self.trouble.life
        if life is not None and not life.is_over:
            self.trouble.disarm()
            self.trouble.life = None
            self.world.counts["restart"] += 1
            await life.end()
            await self._start()

    # The month.

    async def run(self) -> None:
        """Live through the month's end, and then until nothing waits."""
        self.slack.open()
        await self._start()
        await asyncio.sleep(30)
        switch_on(self.slack, self.options.faults, self.options.only)
        plan = self.world.chance["plan"]
        recap_at = (self.due_at - self.world.begin).total_seconds() - 60
        last = recap_at + DAYS_AFTER * 86_400
        moments = sorted([recap_at, *(plan.uniform(600, last) for _ in range(BURSTS - 1))])
        deaths = self._plan_deaths(len(moments), moments.index(recap_at))
        for number, moment in enumerate(moments):
            await self._nap(moment)
            await self._burst(number, deaths[number], until=recap_at + 100 if moment == recap_at else 0.0)
        await self._nap(last)
        await self._come_to_rest()

    def _plan_deaths(self, bursts: int, recap_burst: int) -> list[list[str]]:
        begin = self.options.seed * self.options.deaths
        planned: list[list[str]] = [[] for _ in range(bursts)]
        for number in range(self.options.deaths):
            point = self.options.point or POINTS[(begin + number) % len(POINTS)]
            planned[recap_burst if point in RECAP_POINTS else self.world.chance["plan"].randrange(bursts)].append(point)
        return planned

    async def _nap(self, moment: float) -> None:
        """Let time pass until a moment at which something happens, in leaps where nothing does.

        A machine on which something still waits is not put to sleep at once: each leap would count as a day's part of
        the time after which an entry is given up.
        """
        await self._rest(min(WAKEFUL, max(0.0, moment - self.world.loop.now)))
        self.world.nap_until = moment
        await asyncio.sleep(max(0.0, moment - self.world.loop.now))

    async def _burst(self, number: int, deaths: list[str], until: float) -> None:
        """Let people do much at once while things go wrong, and then let it calm down, or not quite."""
        plan, world = self.world.chance["plan"], self.world
        self._next_deaths += deaths
        self._arm_next()
        kinds = list(SPELLS)
        if self.options.faults and self.options.only is None:
            spell = kinds[(self.options.seed // 2 * BURSTS + number) % len(kinds)]
            world.loop.call_later(plan.uniform(0, 40), self.trouble.begin_spell, spell)
            if plan.random() < self.options.faults:
                world.loop.call_later(plan.uniform(0, 40), self.trouble.begin_spell, plan.choice(kinds))
        count = self.options.gestures // BURSTS + (number < self.options.gestures % BURSTS)
        acting = []
        for _ in range(count):
            acting.append(asyncio.create_task(self.people.act()))
            await asyncio.sleep(self.world.chance["people"].expovariate(0.4))
        if self.options.deaths and plan.random() < 0.2:
            await self._restart()
            self._arm_next()
        await asyncio.gather(*acting)
        await asyncio.sleep(max(0.0, until - world.loop.now))
        await self._rest(PATIENCE)

    async def _rest(self, patience: float) -> bool:
        end = self.world.loop.now + patience
        while self.world.loop.now < end:
            await asyncio.sleep(5)
            if self.broken is not None:
                raise self.broken
            if self._is_at_rest():
                return True
        return False

    def _is_at_rest(self) -> bool:
        if self.trouble.life is None or self.slack.workspace.deliveries.pending or self.slack.calls.landings:
            return False
        return not self._unfinished()

    def _unfinished(self) -> int:
        inbox = "SELECT count(*) FROM inbox WHERE state = 'pending'"
        outbox = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'uncertain')"
        return sum(int(self.disk.looking.execute(query).fetchone()[0]) for query in (inbox, outbox))

    def _words_of(self, report_id: int) -> str | None:
        row = self.disk.looking.execute("SELECT words FROM report WHERE id = ?", (report_id,)).fetchone()
        return str(row[0]) if row and row[0] else None

    async def _come_to_rest(self) -> None:
        """Let the faults cease, and time pass until nothing waits and the back-fill and the sweeper had their turn."""
        await self.trouble.cease()
        await self._rest(LAST_PATIENCE)
        await asyncio.sleep(SWEEP)
        await self._nap(self.world.loop.now + BACK_FILL)
        await self._rest(LAST_PATIENCE)
        self.world.note("the end")
        await self.slack.workspace.changes.wait_until(lambda: True, 1)
        assert self.trouble.life is not None
        await self.trouble.life.end()
        await self.slack.close()

    def note_rows(self) -> None:
        """Write what is stored into the trace, a line for each table."""
        for table in Base.metadata.sorted_tables:
            rows = self.disk.looking.execute(f"SELECT * FROM {table.name} ORDER BY 1, 2").fetchall()
            self.world.note(f"table {table.name}: {len(rows)} rows, {short_digest(rows)}")
        self.disk.looking.close()
