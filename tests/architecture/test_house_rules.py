"""Rules of the house that no type checker knows: imports point one way, files name no place, the README is true."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Spelt in parts, so that this file does not name them itself.
PLACES = re.compile("|".join(["index" + "-url", "find" + "-links =", "pypi" + r"\.org", "files" + r"\.pythonhosted"]))
ABSOLUTE = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me)/\w")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_imports_point_one_way() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(tool)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    for path in tracked():
        if path.is_file() and path.suffix in {".py", ".toml", ".md", ".lock", ".yml", ".txt", ""}:
            text = path.read_text(encoding="utf-8", errors="ignore")
            for pattern in (PLACES, ABSOLUTE):
                found = pattern.search(text)
                assert found is None or path.name == "lock", f"{path.name}: {found}"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_locks_hold_every_direct_dependency_with_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in lock
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + (project["optional-dependencies"]["test"] if "test" in name else [])
    locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE))
    for requirement in wanted:
        package = re.split(r"[\[<>=;, ]", requirement)[0].lower()
        assert package in locked, package
    assert lock.count("--hash=sha256:") > len(locked)


@pytest.mark.parametrize("mark", ["demo", "test"])
def test_the_readmes_commands_use_what_exists(mark: str) -> None:
    command = re.search(rf"<!-- {mark} -->\n```sh\n(.+?)\n```", README, re.DOTALL)
    assert command is not None
    words = shlex.split(command.group(1))
    for word in words:
        if word.endswith(".lock"):
            assert (ROOT / word).is_file()
    assert words[0] == "python3"


def test_the_readme_opens_with_a_picture_that_is_there() -> None:
    picture = re.search(r"!\[[^]]{20,}\]\(([^)]+\.png)\)", README)
    assert picture is not None
    assert README.index(picture.group()) < README.index("<!-- demo -->")
    assert (ROOT / picture.group(1)).read_bytes().startswith(b"\x89PNG")


def test_the_manifests_ask_for_the_same_and_for_every_event_that_is_handled() -> None:
    from bot.domain.facts import FOLLOW_UP, IMPORTS  # noqa: PLC0415
    from bot.slack.events import HANDLERS  # noqa: PLC0415

    blocks = re.findall(r"<!-- manifest \w+ -->\n```yaml\n(.+?)\n```", README, re.DOTALL)
    assert len(blocks) == 2
    listed = [set(re.findall(r"^      - ([a-z_.:]+)$", block, re.MULTILINE)) for block in blocks]
    assert listed[0] == listed[1]
    names = {name.split(".")[0] for name in listed[0] if ":" not in name} - {"commands"}
    assert names == set(HANDLERS) - {FOLLOW_UP, *IMPORTS}
    assert {"commands", "chat:write", "reactions:write", "usergroups:read", "users:read"} <= listed[0]
