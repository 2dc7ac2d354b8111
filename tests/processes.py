"""Python processes beside the test, for what only a process of its own can show: locks, deaths, imports."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def start(code: str, *arguments: str, folder: Path) -> subprocess.Popen[str]:
    """Start Python on this code in a folder; it finds the project's packages, and its pipes are text."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str], line: str = "") -> tuple[int, str, str]:
    """Send a last line, wait for the end, and return exit code, output and errors."""
    output, errors = process.communicate(line, timeout=60)
    return process.returncode, output, errors


def run(code: str, *arguments: str, folder: Path) -> tuple[int, str, str]:
    """Run Python on this code in a folder, and return exit code, output and errors."""
    return finish(start(code, *arguments, folder=folder))
