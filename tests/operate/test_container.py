"""The container image, as far as it can be checked without an engine: the steps of its recipe, and what they copy."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# A word with a dot or a port and then a slash: the way in which the name of an image names its registry.
REGISTRY = re.compile(r"(?<![\w./@:-])[\w-]+(?:\.[\w-]+)*(?:\.[a-z]{2,}|:\d+)/[\w-]")


def steps() -> list[tuple[str, str]]:
    """Return the recipe's instructions with their arguments; comments are gone, and broken lines are whole again."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    whole = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in whole.splitlines() if line.strip()]


def arguments_of(instruction: str) -> list[str]:
    return [arguments for name, arguments in steps() if name == instruction]


def final_stage() -> list[tuple[str, str]]:
    found = steps()
    last = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    return found[last:]


def copied() -> set[str]:
    """Return what is copied from the checkout; copies between stages are left out."""
    words = [arguments.split() for arguments in arguments_of("COPY") if not arguments.startswith("--from=")]
    return {source for line in words for source in line[:-1] if not source.startswith("--")}


def ignore_lines() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_all_that_is_copied_exists_and_all_that_the_build_needs_is_copied() -> None:
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    wheel = hatch["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], PROJECT["readme"], *PROJECT["license-files"]}
    assert copied() == needed | {"pyproject.toml", "requirements.lock"}


def test_the_build_is_given_nothing_else() -> None:
    first, *rest = ignore_lines()
    assert first == "*"
    allowed = {line.removeprefix("!") for line in rest if line.startswith("!")}
    assert allowed == copied()
    # Later lines win, so what is kept out of the folders has to come last.
    kept_out = rest[len(allowed) :]
    assert all(line.startswith("**/") for line in kept_out)
    assert "**/__pycache__" in kept_out


def test_what_is_installed_is_locked_by_hash_and_the_wheel_is_built_from_nothing_else() -> None:
    commands = [part.strip() for run in arguments_of("RUN") for part in run.split("&&")]
    installs = [part for part in commands if re.search(r"\bpip\b.* (install|wheel|download) ", part)]
    assert len(installs) == 3
    for command in installs:
        assert "--require-hashes" in command or {"--no-deps", "--no-index"} <= set(command.split()), command
    assert any("--require-hashes --requirement requirements.lock" in command for command in installs)


def test_it_runs_as_a_numbered_user_in_the_folder_of_its_one_volume() -> None:
    final = final_stage()
    assert [arguments for name, arguments in final if name == "VOLUME"] == ['["/data"]']
    assert [arguments for name, arguments in final if name == "WORKDIR"] == ["/data"]
    (user,) = [arguments for name, arguments in final if name == "USER"]
    uid, _, gid = user.partition(":")
    assert uid.isdigit()
    assert int(uid) > 0
    assert int(gid) > 0
    made = [position for position, (name, text) in enumerate(final) if name == "RUN" and "/data" in text]
    assert f"--owner={uid} --group={gid}" in final[made[0]][1]
    # What changes a folder after it was named a volume is lost.
    assert made[0] < final.index(("VOLUME", '["/data"]'))


def test_it_starts_the_console_script_and_is_stopped_as_that_expects() -> None:
    final = dict(final_stage())
    # Only the form with brackets hands signals to the program; the other one puts a shell before it.
    (program,) = json.loads(final["ENTRYPOINT"])
    assert program in PROJECT["scripts"]
    assert json.loads(final["CMD"]) == ["run"]
    assert final["STOPSIGNAL"] == "SIGTERM"
    (environment,) = [text for name, text in final_stage() if name == "ENV"]
    assert "/opt/nugget/bin:" in environment
    assert ("COPY", "--from=build /opt/nugget /opt/nugget") in final_stage()


def test_no_secret_is_built_in() -> None:
    assert arguments_of("ARG") == []
    words = " ".join(text for name, text in steps() if name in {"ENV", "RUN", "LABEL"})
    assert re.search(r"TOKEN|SECRET|PASSWORD|DATABASE_URL", words) is None


@pytest.mark.parametrize("text", ["ghcr" + ".io/someone/image", "localhost:5000/image"])
def test_the_name_of_a_registry_would_be_seen(text: str) -> None:
    assert REGISTRY.search(f"FROM {text}:1")


def test_the_recipe_names_no_registry_beyond_the_base_image() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert REGISTRY.search(text) is None
    assert "://" not in text
    images = {arguments.split()[0] for arguments in arguments_of("FROM")}
    assert len(images) == 1, "both stages have to share one Python, or the environment does not fit"
    found = re.fullmatch(r"python:(\d+)\.(\d+)-slim(@sha256:[0-9a-f]{64})?", images.pop())
    assert found is not None
    oldest = re.fullmatch(r">=(\d+)\.(\d+)", PROJECT["requires-python"])
    assert oldest is not None
    assert (int(found[1]), int(found[2])) >= (int(oldest[1]), int(oldest[2]))
