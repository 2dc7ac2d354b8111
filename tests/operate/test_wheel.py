"""What is shipped runs by itself: the built wheel, in an environment and a folder where no source tree is in sight."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "db", "migrations")

pytestmark = pytest.mark.timeout(180)


@dataclass(frozen=True)
class Installed:
    """The wheel, and an environment in which it is the only thing installed."""

    wheel: Path
    scripts: Path
    environ: dict[str, str]

    def run(self, *command: str, folder: Path) -> str:
        """Run a program of the environment in a folder and return what it printed; it must end well."""
        return finish([str(self.scripts / command[0]), *command[1:]], folder, self.environ)


def finish(command: list[str], folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel and install it, without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    ours = ("PYTHON", "SLACK_", "DATABASE_URL", "NUGGET_", "VIRTUAL_ENV")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index"]
    finish([*pip, "wheel", "--no-build-isolation", *offline, "--wheel-dir", str(folder), str(ROOT)], folder, environ)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    finish([sys.executable, "-m", "venv", "--without-pip", str(environment)], folder, environ)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(environment)}))
    python = str(scripts / "python")
    finish([*pip, "--python", python, "install", *offline, str(wheel)], folder, environ)
    # Libraries come from where the tests have them. The file there that points at the source tree is read only for the
    # environment's own folder of packages, so this way round it is not.
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return Installed(wheel, scripts, {**environ, "PYTHONPATH": os.pathsep.join(sorted(libraries))})


def test_every_file_of_the_packages_is_in_the_wheel_and_no_others(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    source = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == source | {"bot/config.example.toml"}
    assert any(name.startswith("migrations/versions/") for name in held)


def test_it_migrates_and_helps_from_an_empty_folder(installed: Installed, tmp_path: Path) -> None:
    where = "import bot, db, migrations, json; print(json.dumps([p.__path__[0] for p in (bot, db, migrations)]))"
    found = json.loads(installed.run("python", "-c", where, folder=tmp_path))
    assert [path for path in found if not Path(path).is_relative_to(installed.scripts.parent)] == []
    assert "revision" in installed.run("nugget", "migrate", folder=tmp_path)
    assert (tmp_path / "nugget.sqlite3").stat().st_size > 0
    assert "Nothing had to be done" in installed.run("nugget", "migrate", folder=tmp_path)
    assert "--preview" in installed.run("nugget", "recap", "--help", folder=tmp_path)


def test_it_lives_the_demo_month_to_its_recap(installed: Installed, tmp_path: Path) -> None:
    printed = installed.run("nugget", "demo", "--headless", "--speed", "60", folder=tmp_path)
    assert "Recap of October 2026" in printed
    figures = json.loads(printed.strip().splitlines()[-1])
    assert figures["texts"] == figures["items"] == figures["answers"] == figures["posts"] > 0
    # A demo leaves nothing behind in the folder that it was typed in.
    assert list(tmp_path.iterdir()) == []
