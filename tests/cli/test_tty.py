"""The real terminal: a process on a pty, as a person would use it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from cli import tty
from cli.tty import Tty
from tests.cli.demo import MARKER
from vault.errors import UsageProblem

Spawn = Callable[..., pexpect.spawn]
ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.wait()
    return child.exitstatus if child.exitstatus is not None else -child.signalstatus


def hidden(child: pexpect.spawn) -> None:
    """Wait until the echo is off: what is typed before is dropped."""
    for _ in range(200):
        if not child.getecho():
            return
        time.sleep(0.02)
    raise AssertionError("the echo stayed on")


def test_a_name_is_echoed_and_a_passphrase_is_not(spawn: Spawn) -> None:
    """What is typed hidden never appears, and the echo is back afterwards."""
    child = spawn("demo", "login")
    child.expect_exact("name: ")
    child.sendline("Ada Síochána")
    child.expect_exact("Ada Síochána")
    child.expect_exact("passphrase: ")
    hidden(child)
    child.sendline(MARKER)
    child.expect_exact(f"Ada Síochána: {len(MARKER)}")
    assert ended(child) == 0
    assert MARKER not in child.before
    assert child.ptyproc.getecho() if child.isalive() else True


def test_prompts_reach_the_person_when_both_outputs_are_redirected(spawn: Spawn, tmp_path: Path) -> None:
    """The terminal is asked for by name; files get the data and nothing of the talk."""
    out, err = tmp_path / "out", tmp_path / "err"
    child = spawn(shell=f"KEYHOLDER demo login >{out} 2>{err}")
    child.expect_exact("name: ")
    child.sendline("Ada")
    child.expect_exact("passphrase: ")
    hidden(child)
    child.sendline("six words")
    assert ended(child) == 0
    assert (out.read_text(), err.read_text()) == ("Ada: 9\n", "")


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_at_a_prompt_end_it_with_130(spawn: Spawn, key: str) -> None:
    """In words, without a traceback."""
    child = spawn("demo", "login")
    child.expect_exact("name: ")
    child.send(key)
    child.expect_exact("keyholder: error: interrupted: nothing was changed")
    assert ended(child) == 130


@pytest.mark.parametrize(("stop", "code"), [("\x03", 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_echo_is_back_whatever_ends_a_hidden_prompt(spawn: Spawn, stop: str | int, code: int) -> None:
    """Ctrl-C, SIGTERM and SIGHUP: the shell behind must not be left mute."""
    child = spawn(shell="trap : INT; KEYHOLDER demo choose; echo code=$?; stty -a | grep -o -- '-\\?echo\\b'")
    child.expect_exact("new password: ")
    hidden(child)
    if isinstance(stop, str):
        child.send(stop)
    else:
        (process,) = children(child.pid)
        os.kill(process, stop)
    child.expect_exact(f"code={code}")
    child.expect("\necho\r\n")
    child.expect(pexpect.EOF)


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_secret_stands_on_the_alternate_screen_until_enter(spawn: Spawn) -> None:
    """It appears between entering and leaving that screen, and nowhere else."""
    child = spawn("demo", "reveal")
    child.expect_exact(ENTER)
    assert MARKER not in child.before
    child.expect_exact(MARKER)
    child.expect_exact("after 30 seconds")
    hidden(child)
    child.send("xyz\r")
    child.expect_exact(LEAVE)
    assert ended(child) == 0
    assert MARKER not in child.before
    assert "xyz" not in child.before


@pytest.mark.parametrize(("stop", "code"), [("\x03", 130), (signal.SIGTERM, 143)])
def test_a_secret_leaves_the_screen_whatever_ends_the_wait(spawn: Spawn, stop: str | int, code: int) -> None:
    """Interrupted or ended from outside; and the words do not claim that nothing was recorded."""
    child = spawn("demo", "reveal")
    child.expect_exact("after 30 seconds")
    hidden(child)
    if isinstance(stop, str):
        child.send(stop)
    else:
        child.kill(stop)
    child.expect_exact(LEAVE)
    if code == 130:
        child.expect_exact("what was recorded before stays recorded")
    assert ended(child) == code


def test_a_secret_cannot_be_left_on_a_stopped_screen(spawn: Spawn) -> None:
    """Ctrl-Z does nothing while it stands there."""
    child = spawn(shell="set -m; KEYHOLDER demo reveal; echo code=$?")  # job control, as for a person
    child.expect_exact("after 30 seconds")
    hidden(child)
    child.send("\x1a")
    time.sleep(0.2)
    child.send("\r")
    child.expect_exact(LEAVE)
    child.expect_exact("code=0")


def test_a_secret_hides_itself_in_time(spawn: Spawn) -> None:
    """Nobody need press Enter."""
    code = "from tests.cli import demo; import cli.terminal as t; t.SHOWN_FOR_S = 0.3; demo.start()"
    child = spawn(shell=f"{sys.executable} -c '{code}' demo reveal")
    child.expect_exact(MARKER)
    child.expect_exact(LEAVE)
    assert ended(child) == 0


def test_a_pipe_gets_the_bare_secret_only_when_asked_by_name(spawn: Spawn, tmp_path: Path) -> None:
    """On a pty with stdout redirected: refused, and with --to-pipe exactly the secret and a line end."""
    out = tmp_path / "out"
    child = spawn(shell=f"KEYHOLDER demo reveal >{out}; echo code=$?")
    child.expect_exact("code=2")
    assert out.read_text() == ""
    child = spawn(shell=f"KEYHOLDER demo reveal --to-pipe >{out}; echo code=$?")
    child.expect_exact("code=0")
    assert out.read_text() == MARKER + "\n"


def test_a_dumb_terminal_shows_no_secret(spawn: Spawn) -> None:
    """It would stay in the buffer."""
    child = spawn("demo", "reveal", TERM="dumb")
    child.expect_exact("there is no terminal that can hide it again")
    assert ended(child) == 2


def test_without_any_terminal_the_next_step_is_said() -> None:
    """A process in its own session, as under cron."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.demo", "demo", "login"],
        cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, text=True, capture_output=True,
        start_new_session=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("keyholder: error: name is needed; with --no-input give it as --name\n")


class Typed:
    """stdin that is the far end of a pty, in this process."""

    def __init__(self, *pieces: bytes) -> None:
        self.master, self.slave = pty.openpty()
        for piece in pieces:
            os.write(self.master, piece)

    def fileno(self) -> int:
        return self.slave

    def isatty(self) -> bool:
        return True

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> int:
        raise OSError(6, "no such device or address")

    monkeypatch.setattr(tty, "_open", absent)


def test_without_a_controlling_terminal_prompts_go_to_stderr(
    no_screen: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """stdin may be a terminal that does not control the process; a secret is not shown then."""
    typed = Typed(b"Ada\n")
    monkeypatch.setattr(sys, "stdin", typed)
    device = Tty()
    assert device.can_ask()
    assert device.read_line("name: ") == "Ada"
    assert capsys.readouterr().err == "name: "
    assert not device.can_show()
    typed.close()


@pytest.mark.parametrize(
    ("typed", "line"), [(b"half\x04\x04", "half"), (b"\x04", EOFError), (b"\xff\n", UsageProblem)]
)
def test_a_line_ends_at_the_end_of_input_too(
    no_screen: None, monkeypatch: pytest.MonkeyPatch, typed: bytes, line: str | type[Exception]
) -> None:
    """Ctrl-D after words ends the line, alone it ends the input; other encodings are refused."""
    source = Typed(typed)
    monkeypatch.setattr(sys, "stdin", source)
    if isinstance(line, str):
        assert Tty().read_line("") == line
    else:
        with pytest.raises(line):
            Tty().read_line("")
    source.close()


def test_a_line_has_a_limit(no_screen: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Endless input is not collected."""
    monkeypatch.setattr(tty.os, "read", lambda _fd, size: b"x" * size)
    monkeypatch.setattr(sys, "stdin", Typed())
    assert 64 * 1024 < len(Tty().read_line("")) <= 69 * 1024


def test_a_process_without_stdin_cannot_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed stdin is no terminal."""
    monkeypatch.setattr(sys, "stdin", None)
    assert not Tty().can_ask()
