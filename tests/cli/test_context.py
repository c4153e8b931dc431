"""What a process gives its commands, and how it is hardened."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli import context
from cli.context import Context
from cli.settings import Settings
from cli.tty import Tty

ROOT = Path(__file__).parents[2]


def test_a_context_reads_the_environment_when_first_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """And only once: a command sees one state."""
    made = Context()
    monkeypatch.setenv("KEYHOLDER_HOME", "/first")
    assert made.settings.home == Path("/first")
    monkeypatch.setenv("KEYHOLDER_HOME", "/second")
    assert made.settings.home == Path("/first")


def test_the_clock_is_aware_utc_and_the_randomness_fresh() -> None:
    """The defaults are the machine's own."""
    made = Context()
    assert made.clock().tzinfo is UTC
    assert abs((datetime.now(UTC) - made.clock()).total_seconds()) < 5
    assert made.random(16) != made.random(16)


def test_the_terminal_is_the_controlling_one_unless_given() -> None:
    """A dumb terminal is known to be one."""
    made = Context(settings=Settings(home=Path("/x"), dumb_terminal=True))
    device = made.terminal.device
    assert isinstance(device, Tty)
    assert device.dumb
    assert made.terminal is made.terminal


def test_the_process_writes_no_core_and_no_file_for_others(tmp_path: Path) -> None:
    """umask 077 and RLIMIT_CORE 0, seen from inside a real process."""
    code = (
        "import resource, sys; from cli.context import harden; harden();"
        "open(sys.argv[1], 'w').close(); print(resource.getrlimit(resource.RLIMIT_CORE), sys.stdout.errors)"
    )
    made = tmp_path / "made"
    done = subprocess.run(
        [sys.executable, "-c", code, made], cwd=ROOT, text=True, capture_output=True, check=True
    )
    assert done.stdout == "(0, 0) backslashreplace\n"
    assert made.stat().st_mode & 0o777 == 0o600


def test_a_system_without_core_limits_still_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no `resource`, and a captured stdout may be no file."""
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(context.os, "umask", lambda mask: mask)
    context.harden()


@pytest.mark.parametrize(("closed", "code"), [(">&-", 1), ("<&-", 0), ("2>&-", 0)])
def test_a_closed_stream_is_an_error_and_no_traceback(closed: str, code: int) -> None:
    """What cannot be written is a failure; and no file that is opened later becomes stdout."""
    command = f"{sys.executable} -m cli.main policy list {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert ("output is closed" in done.stderr) == (code == 1)
