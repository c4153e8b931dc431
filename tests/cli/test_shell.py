"""`keyholder shell`: one unlock, the same commands line by line."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from click.testing import Result

from cli import shell
from tests.cli.scripted import ScriptedTty, context

Run = Callable[..., Result]
Spawn = Callable[..., pexpect.spawn]


def lines(run: Run, *typed: str, **extra: object) -> Result:
    return run("shell", input="\n".join(typed).encode(), **extra)


def test_lines_share_one_context(run: Run) -> None:
    """What the first line opened, the second has; with or without the word keyholder."""
    answer = lines(
        run, "demo session", "keyholder demo session", "", "  # a remark", "demo session --format csv"
    )
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "1\n2\n3\n", "")


@pytest.mark.parametrize("word", ["exit", "quit", " exit "])
def test_it_ends_at_exit(run: Run, word: str) -> None:
    """Nothing after it is run."""
    assert lines(run, "demo session", word, "demo session").stdout == "1\n"


def test_each_line_has_its_own_boundary(run: Run) -> None:
    """An error ends its line, not the shell; a script's exit code is the first that was not 0."""
    answer = lines(run, "demo fail busy", "demo list --format csv", "demo fail bug", "zzz")
    assert answer.exit_code == 75
    assert answer.stdout == "name,times seen\nrow 0,0\nrow 1,1\n"
    assert answer.stderr.count("keyholder: error: ") == 3


def test_an_open_quotation_mark_is_one_bad_line(run: Run) -> None:
    """It is a usage error, and the next line runs."""
    answer = lines(run, "demo put 'x", "demo session")
    assert (answer.exit_code, answer.stdout) == (2, "1\n")
    assert "a quotation mark is not closed" in answer.stderr


def test_help_is_a_line_too(run: Run) -> None:
    """`help` lists the commands."""
    assert "Usage: keyholder [OPTIONS] COMMAND" in lines(run, "help").stdout


def test_a_shell_in_the_shell_is_refused(run: Run) -> None:
    """There is one already."""
    answer = lines(run, "shell", "demo session")
    assert (answer.exit_code, answer.stdout) == (2, "1\n")
    assert "this is the shell already" in answer.stderr


def test_an_earlier_line_does_not_speak_for_a_later_one(run: Run) -> None:
    """ "Nothing was changed" is about the line that was interrupted."""
    answer = lines(run, "demo fail interrupt --changed", "demo fail interrupt")
    said = [line for line in answer.stderr.splitlines() if "interrupted" in line]
    assert [("stays recorded" in line) for line in said] == [True, False]


def test_the_session_is_closed_and_forgotten_at_the_end(run: Run) -> None:
    """Whatever it was: with a close() it is called."""

    class Session:
        closed = False

        def close(self) -> None:
            self.closed = True

    mine, opened = context(), Session()
    mine.session = opened
    lines(run, "exit", obj=mine)
    assert opened.closed
    assert mine.session is None
    assert not mine.in_shell


def test_a_command_that_exits_ends_the_shell_with_its_code(run: Run) -> None:
    """SystemExit is not an error of the line."""
    assert lines(run, "demo fail exit", "demo session").exit_code == 9


def test_idle_minutes_end_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a line typed and left is idle too: the timer does not wait for a first key."""
    monkeypatch.setattr(shell, "IDLE_S", 0.2)
    reader, writer = os.pipe()
    with os.fdopen(reader) as read, os.fdopen(writer, "w") as write:
        write.write("demo sess")
        write.flush()
        monkeypatch.setattr(shell.sys, "stdin", read)
        with pytest.raises(shell.Idle):
            shell._next_line(by_hand=False)


def test_time_asleep_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that arrives after the machine slept through the limit is not run."""
    times = iter([0.0, shell.IDLE_S + 1])
    monkeypatch.setattr(shell, "_awake_or_asleep", lambda: next(times))
    monkeypatch.setattr(sys, "stdin", io.StringIO("demo session\n"))
    with pytest.raises(shell.Idle):
        shell._next_line(by_hand=False)


def test_by_hand_it_prompts_edits_and_keeps_no_history(spawn: Spawn) -> None:
    """On a pty: a prompt, an error that does not end it, Ctrl-C that drops a line, the arrow up that finds nothing."""
    child = spawn("shell")
    child.expect_exact("keyholder> ")
    child.sendline("demo session")
    child.expect_exact("1\r\n")
    child.expect_exact("keyholder> ")
    child.sendline("demo fail refused")
    child.expect_exact("keyholder: clause: 4.2")
    child.expect_exact("keyholder> ")
    child.send("half a line\x03")
    child.expect_exact("keyholder> ")
    child.send("\x1b[A\x1b[A demo session\r")
    child.expect_exact("2\r\n")
    child.expect_exact("keyholder> ")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0


def test_by_hand_it_locks_when_idle(spawn: Spawn) -> None:
    """The process ends, and says so."""
    code = "from tests.cli import demo; import cli.shell as s; s.IDLE_S = 0.5; demo.start()"
    child = spawn(shell=f"{sys.executable} -c '{code}' shell")
    child.expect_exact("keyholder> ")
    child.send("half")
    began = time.monotonic()
    child.expect_exact("keyholder: nothing was typed for ten minutes: locked")
    child.expect(pexpect.EOF)
    assert time.monotonic() - began < 10


def test_ctrl_c_in_a_command_ends_the_command_only(spawn: Spawn) -> None:
    """130 for the line, and the next prompt."""
    child = spawn("shell")
    child.expect_exact("keyholder> ")
    child.sendline("demo login")
    child.expect_exact("name: ")
    child.send("\x03")
    child.expect_exact("interrupted: nothing was changed")
    child.expect_exact("keyholder> ")
    child.sendline("exit")
    child.expect(pexpect.EOF)


def test_no_prompt_is_written_into_redirected_output(spawn: Spawn, tmp_path: Path) -> None:
    """The prompt goes to the person, the data to the file."""
    out = tmp_path / "out"
    child = spawn(shell=f"KEYHOLDER shell >{out}; echo code=$?")
    child.expect_exact("keyholder> ")
    child.sendline("demo session")
    child.expect_exact("keyholder> ")
    child.send("\x04")
    child.expect_exact("code=0")
    assert out.read_text() == "1\n"


def test_a_scripted_terminal_ends_at_its_end(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand, the end of the input is a clean end, whatever the last line's code was."""
    monkeypatch.setattr(shell, "_typed", iter_of("demo fail busy"))
    assert run("shell", obj=context(ScriptedTty())).exit_code == 0


def iter_of(*typed: str) -> Callable[[], str]:
    waiting = list(typed)

    def next_one() -> str:
        if not waiting:
            raise EOFError
        return waiting.pop(0)

    return next_one


def test_a_script_on_stdin_gets_no_prompt(tmp_path: Path) -> None:
    """A real process with a pipe: data on stdout and nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.demo", "shell"], input="demo session\ndemo session", text=True,
        cwd=Path(__file__).parents[2], capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n2\n", "")
