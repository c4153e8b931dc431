"""Running the command line: in this process with a scripted terminal, or as a real process on a real pty."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest
from click.testing import CliRunner, Result

from cli.main import NOUNS, root
from tests.cli.scripted import context

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo noun in the table, for this test."""
    for name in ("KEYHOLDER_FORMAT", "KEYHOLDER_DEBUG", "KEYHOLDER_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(NOUNS, "demo", ("tests.cli.demo", "demo", "commands of the tests"))


@pytest.fixture
def run(demo: None) -> Callable[..., Result]:
    """run("demo", "list", obj=context(...), input=b"..."): the whole way through the boundary."""

    def call(*args: str, **extra: object) -> Result:
        return CliRunner().invoke(root, args, **{"obj": context(), **extra})

    return call


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Callable[..., pexpect.spawn]]:
    """spawn("demo", "login"): a process whose terminal is a pty."""
    children: list[pexpect.spawn] = []

    def start(*args: str, shell: str = "", **variables: str) -> pexpect.spawn:
        environment = {"PATH": "/usr/bin:/bin", "TERM": "xterm", "KEYHOLDER_HOME": str(tmp_path)} | variables
        environment |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
        command = [sys.executable, "-m", "tests.cli.demo", *args]
        if shell:
            command = ["/bin/sh", "-c", shell.replace("KEYHOLDER", f"{sys.executable} -m tests.cli.demo")]
        child = pexpect.spawn(
            command[0],
            command[1:],
            env=environment,
            cwd=ROOT,
            timeout=20,
            encoding="utf-8",
            dimensions=(24, 80),
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.close(force=True)
