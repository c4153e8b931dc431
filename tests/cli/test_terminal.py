"""Talking with the person: questions, secrets in, secrets out."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from cli.terminal import Terminal
from tests.cli.demo import MARKER
from tests.cli.scripted import NoTty, ScriptedTty, context
from vault.errors import UsageProblem

Run = Callable[..., Result]


def asked(*answers: str | BaseException) -> tuple[Terminal, ScriptedTty]:
    device = ScriptedTty(*answers)
    return Terminal(device), device


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_question_is_asked_until_it_is_answered() -> None:
    """Spaces are no answer, and are not part of one."""
    terminal, device = asked("", "  ", " Ada ")
    assert terminal.ask("name") == "Ada"
    assert device.prompts == ["name: "] * 3


def test_a_default_is_shown_and_taken() -> None:
    """Enter takes it; without a terminal it is the answer."""
    terminal, device = asked("", "other")
    assert terminal.ask("device", "laptop") == "laptop"
    assert terminal.ask("device", "laptop") == "other"
    assert device.prompts == ["device [laptop]: "] * 2
    assert Terminal(NoTty()).ask("device", "laptop") == "laptop"
    assert Terminal(device, no_input=True).ask("device", "") == ""
    assert asked("")[0].ask("device", "") == ""


def test_a_prompt_is_cleaned() -> None:
    """A name in a question cannot act on the terminal."""
    terminal, device = asked("x")
    terminal.ask("new name of a\x1b[2Jb")
    assert device.prompts == ["new name of a[2Jb: "]


@pytest.mark.parametrize(
    ("answers", "decided"),
    [(["y"], True), (["YES "], True), ([""], False), (["n"], False), (["what", "no"], False)],
)
def test_only_yes_is_yes(answers: list[str], decided: bool) -> None:
    """Enter alone is no, and an unclear word is asked again."""
    assert asked(*answers)[0].confirm("go on?") is decided


def test_what_cannot_be_undone_is_typed() -> None:
    """The name itself, or the same given as an option; anything else ends the command."""
    terminal, device = asked("x/@force", "yes")
    terminal.confirm_by_typing("close the account", "x/@force")
    assert device.prompts == ["close the account: type x/@force to go on: "]
    with pytest.raises(UsageProblem, match="close the account was not confirmed"):
        terminal.confirm_by_typing("close the account", "x/@force")
    silent = Terminal(NoTty())
    silent.confirm_by_typing("close the account", "x/@force", given="x/@force")
    with pytest.raises(UsageProblem, match="was not confirmed"):
        silent.confirm_by_typing("close the account", "x/@force", given="x/@other")
    with pytest.raises(UsageProblem, match="with --no-input give it as --confirm x/@force"):
        silent.confirm_by_typing("close the account", "x/@force")


def test_a_secret_is_hidden_and_kept_as_typed() -> None:
    """Spaces at its ends are part of it; an empty one is asked again."""
    terminal, device = asked("", " se cret ")
    assert terminal.ask_secret("passphrase") == " se cret "
    assert device.hidden == [True, True]


def test_a_new_secret_is_typed_alike_twice() -> None:
    """A slip is noticed; three slips end the command."""
    terminal, device = asked("one", "two", "one", "one")
    assert terminal.ask_new_secret("new password") == "one"
    assert device.prompts == ["new password: ", "new password again: "] * 2
    assert device.said == ["the two differ\n"]
    with pytest.raises(UsageProblem, match="new password was not typed alike twice"):
        asked(*"abcdef")[0].ask_new_secret("new password")


@pytest.mark.parametrize(
    "question",
    [
        lambda terminal: terminal.ask("name", option="--name"),
        lambda terminal: terminal.confirm("go on?", option="--name"),
        lambda terminal: terminal.ask_secret("name", option="--name"),
        lambda terminal: terminal.ask_new_secret("name", option="--name"),
        lambda terminal: terminal.read_secret(None, "name", option="--name"),
        lambda terminal: terminal.read_secret(None, "name", option="--name", new=True),
    ],
)
@pytest.mark.parametrize("terminal", [Terminal(ScriptedTty("x"), no_input=True), Terminal(NoTty())])
def test_nothing_is_asked_where_nobody_can_answer(
    question: Callable[[Terminal], object], terminal: Terminal
) -> None:
    """With --no-input or without a terminal, the option to give instead is named."""
    with pytest.raises(UsageProblem, match="is needed; with --no-input give it as --name"):
        question(terminal)


def test_a_question_without_an_option_says_where_to_go() -> None:
    """There is always a next step."""
    with pytest.raises(UsageProblem, match="run it on a terminal"):
        Terminal(NoTty()).ask("name")
    with pytest.raises(UsageProblem, match="give it as `-` for stdin, @FILE, or fd:N"):
        Terminal(NoTty()).ask_secret("name")


@pytest.mark.parametrize(
    ("given", "read"), [(b"secret", "6 s…t"), (b"secret\n", "6 s…t"), (b" s \r\n", "3  … ")]
)
def test_a_secret_from_stdin_is_without_one_line_end(run: Run, given: bytes, read: str) -> None:
    """`-` reads all of stdin, and takes nothing else away."""
    assert run("demo", "put", "-", input=given).output.strip() == read.strip()
    assert run("demo", "put", "-", input=b"a\nb\n").output == "3 a…b\n"


def test_on_a_terminal_a_dash_is_asked_for_hidden() -> None:
    """Typing it into plain stdin would show it."""
    terminal, device = asked("secret")
    assert terminal.read_secret("-", "password") == "secret"
    assert device.hidden == [True]


def test_a_secret_from_a_file(run: Run, tmp_path: Path) -> None:
    """@FILE, with a warning when others can read the file."""
    file = tmp_path / "secret"
    file.write_text("secret\n")
    file.chmod(0o600)
    answer = run("demo", "put", f"@{file}")
    assert (answer.stdout, answer.stderr) == ("6 s…t\n", "")
    file.chmod(0o644)
    answer = run("demo", "put", f"@{file}")
    assert answer.stdout == "6 s…t\n"
    assert answer.stderr == f"keyholder: warning: {file} can be read by others: chmod 600\n"


def test_a_secret_from_a_descriptor(run: Run) -> None:
    """fd:N reads a pipe that another program holds; the descriptor stays its owner's."""
    reader, writer = os.pipe()
    os.write(writer, b"secret\n")
    os.close(writer)
    assert run("demo", "put", f"fd:{reader}").output == "6 s…t\n"
    os.close(reader)


@pytest.mark.parametrize(
    ("source", "given", "said"),
    [
        ("-", b"", "nothing was given"),
        ("-", b"\n", "nothing was given"),
        ("-", b"\xff\xfe", "not UTF-8 text"),
        ("-", b"x" * 65_537, "more than 65,536 bytes"),
        ("@/no/such/file", b"", "cannot read /no/such/file: no such file or directory"),
        ("@/", b"", "cannot read /: is a directory"),
        ("fd:987", b"", "cannot read descriptor 987: bad file descriptor"),
    ],
)
def test_a_source_that_gives_no_secret_is_refused(run: Run, source: str, given: bytes, said: str) -> None:
    """With what is wrong and where else it could come from."""
    answer = run("demo", "put", source, input=given)
    assert answer.exit_code == 2
    assert f"keyholder: error: the password: {said}" in answer.stderr
    assert "keyholder: next: " in answer.stderr


@pytest.mark.parametrize("source", [MARKER, "fd:", "fd:x" + MARKER, "fd:²" + MARKER, ""])
def test_a_secret_as_an_argument_is_refused_and_not_repeated(run: Run, source: str) -> None:
    """The words may be the secret, so no error shows them."""
    answer = run("demo", "put", source)
    assert answer.exit_code == 2
    assert "a secret is never given as an argument" in answer.stderr
    assert MARKER not in answer.output


def test_a_secret_is_not_shown_where_it_would_stay(run: Run) -> None:
    """stdout that is no terminal is refused before anything is recorded, unless --to-pipe says so."""
    mine = context(ScriptedTty())
    answer = run("demo", "reveal", obj=mine)
    assert answer.exit_code == 2
    assert not mine.changed
    assert MARKER not in answer.output
    assert "--to-pipe" in answer.stderr
    answer = run("demo", "reveal", "--to-pipe", obj=mine)
    assert (answer.exit_code, answer.stdout) == (0, f"{MARKER}\n")


def test_on_a_terminal_it_is_shown_on_the_screen_even_with_to_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """--to-pipe is for pipes: a terminal's scrollback is not one."""
    device, screen = ScriptedTty(), Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    for to_pipe in (False, True):
        Terminal(device).show_secret("x/@force\x1b", "p\u202ew\nline 2\x1b", to_pipe=to_pipe)
    shown = "x/@force\n\np\\u202ew\nline 2\\x1b\n\npress Enter to hide it; it hides itself after 30 seconds\n[30 s]"
    assert device.shown == [shown, shown]
    assert screen.getvalue() == ""


def test_a_terminal_that_cannot_forget_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dumb terminal, or none that can be opened."""
    monkeypatch.setattr(sys, "stdout", Screen())
    with pytest.raises(UsageProblem, match="no terminal that can hide it again") as caught:
        Terminal(ScriptedTty(screen=False)).ready_to_show(to_pipe=False)
    assert "--to-pipe" in caught.value.hint


def test_the_end_of_input_at_a_prompt_is_an_interrupt(run: Run) -> None:
    """Ctrl-D and Ctrl-C both are 130, and nothing was changed."""
    for gone in (EOFError(), KeyboardInterrupt()):
        answer = run("demo", "login", obj=context(ScriptedTty(gone)))
        assert answer.exit_code == 130
        assert "interrupted: nothing was changed" in answer.stderr


def test_a_closed_stdout_is_met_before_anything_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed, gone, or open for reading only: nobody would see the secret that the entry says was shown."""
    terminal = Terminal(ScriptedTty())
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "w") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        terminal.ready_to_show(to_pipe=True)
        os.close(read_end)
        with pytest.raises(UsageProblem, match="nobody can read stdout"):
            terminal.ready_to_show(to_pipe=True)
    with pytest.raises(UsageProblem, match="stdout is closed"):
        terminal.ready_to_show(to_pipe=True)
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(UsageProblem, match="stdout is closed"):
        terminal.ready_to_show(to_pipe=True)
    with open(os.devnull) as reading:  # noqa: PTH123 - the descriptor is what counts
        monkeypatch.setattr("sys.stdout", reading)
        with pytest.raises(UsageProblem, match="nobody can read stdout"):
            terminal.ready_to_show(to_pipe=True)
    gone = os.fdopen(os.dup(0), "w", closefd=False)
    os.close(gone.fileno())
    monkeypatch.setattr("sys.stdout", gone)
    with pytest.raises(UsageProblem, match="nobody can read stdout"):
        terminal.ready_to_show(to_pipe=True)
