"""The root group, the table of nouns and the way to the exit code."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

import cli
from cli import main as entry
from cli.main import NOUNS, Boundary, load, root
from tests.cli.scripted import context
from vault.errors import NotFound, VaultError

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


def start(*args: str, **extra: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.cli.demo", *args]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=30, check=False, **extra)


def test_help_is_a_word_too(capsys: pytest.CaptureFixture[str]) -> None:
    """`keyholder help`, and `keyholder help NOUN VERB`, answer as --help does."""
    for words in ([], ["person"], ["person", "add"]):
        assert entry.run([*words, "--help"], context()) == 0
        shown = capsys.readouterr().out
        assert entry.run(["help", *words], context()) == 0
        assert capsys.readouterr().out == shown


def test_help_lists_every_noun_with_its_words(run: Run) -> None:
    """--help names each noun of the table, whether or not its module is there."""
    answer = run("--help")
    assert answer.exit_code == 0
    for noun, (_, _, words) in NOUNS.items():
        assert f"\n  {noun} " in answer.output
        assert words.split(":")[0].split(",")[0] in answer.output


def test_the_table_is_in_the_words_of_the_house() -> None:
    """Helps are short, lower case but for names, without a full stop; modules are in this room."""
    for module, attribute, words in NOUNS.values():
        assert module.startswith("cli.")
        assert attribute.isidentifier()
        assert words[0].islower()
        assert not words.endswith(".")


def test_version_is_that_of_the_distribution(run: Run) -> None:
    """--version is a constant, and the same as in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert cli.__version__ == project["version"]
    assert run("--version").output == f"keyholder {project['version']}\n"


def test_a_hole_in_the_table_is_said_to_be_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A noun without its module, or a module without its command, is an internal error that names it."""
    monkeypatch.setitem(NOUNS, "demo", ("cli.not_written", "demo", "x"))
    answer = run("demo", "list")
    assert answer.exit_code == 1
    assert "internal error: the command 'demo' is not in this installation (cli.not_written)" in answer.stderr
    monkeypatch.setitem(NOUNS, "demo", ("tests.cli.demo", "MARKER", "x"))
    with pytest.raises(VaultError, match="not in this installation"):
        load("demo")


def test_a_missing_library_is_not_taken_for_a_missing_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that fails inside a noun's module keeps its own name."""
    (tmp_path / "noun_without_library.py").write_text("import no_such_library\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(NOUNS, "demo", ("noun_without_library", "demo", "x"))
    answer = run("demo", "list")
    assert answer.exit_code == 1
    assert "internal error (ModuleNotFoundError at " in answer.stderr


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (["persn"], "no such command 'persn'", "did you mean 'person'?"),
        (["demo", "lst"], "no such command 'lst'", "did you mean 'list'?"),
        (["demo", "list", "--rowz"], "no such option '--rowz'", "did you mean '--rows'?"),
        (["demo", "list", "--rows", "x"], "invalid value for '--rows'", "see `keyholder demo list --help`"),
        (["demo", "fail"], "missing argument 'KIND'", "see `keyholder demo fail --help`"),
        (["zzz"], "no such command 'zzz'", "see `keyholder --help`"),
        (["--zzz"], "no such option '--zzz'", "see `keyholder --help`"),
    ],
)
def test_what_cannot_be_parsed_is_exit_2_with_a_next_step(
    run: Run, words: list[str], error: str, hint: str
) -> None:
    """Usage errors have the same shape as all others, and the suggestion is their next step."""
    answer = run(*words)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    first, second = answer.stderr.splitlines()
    assert first.startswith(f"keyholder: error: {error}")
    assert not first.endswith(".")
    assert second == f"keyholder: next: {hint}"


def test_a_noun_alone_shows_its_help(run: Run) -> None:
    """Without a verb the help comes, on stderr, as exit 2."""
    answer = run("demo")
    assert answer.exit_code == 2
    assert answer.stderr.startswith("Usage: keyholder demo")


def test_without_standalone_mode_errors_reach_the_caller(run: Run) -> None:
    """A test may ask for the exception itself."""
    answer = run("demo", "fail", "not-found", standalone_mode=False)
    assert isinstance(answer.exception, NotFound)


def test_a_command_may_end_with_a_code_of_its_own(run: Run) -> None:
    """SystemExit passes the boundary untouched."""
    assert run("demo", "fail", "exit").exit_code == 9


def test_the_boundary_keeps_silent_when_nothing_is_raised() -> None:
    """No error, no words, 0."""
    with Boundary([]) as boundary:
        pass
    assert boundary.exit_code == 0


def test_completion_offers_nouns_and_options_without_loading_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The shell's completion of the first word is answered from the table."""
    monkeypatch.setattr(entry, "load", lambda noun: pytest.fail(f"{noun} was loaded"))
    offers = ShellComplete(root, {}, "keyholder", "_KEYHOLDER_COMPLETE")
    assert {"person", "post", "passphrase", "policy"} == {o.value for o in offers.get_completions([], "p")}
    assert "--version" in {o.value for o in offers.get_completions([], "--")}


def test_the_console_entry_hardens_the_process_and_exits() -> None:
    """A real process: output on stdout, code 0; on a usage error nothing on stdout, code 2."""
    done = start("demo", "list", "--format", "csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "name,times seen\nrow 0,0\nrow 1,1\n", "")
    done = start("demo", "lst")
    assert (done.returncode, done.stdout) == (2, "")
    command = [sys.executable, "-m", "cli.main", "--version"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=30, check=True)
    assert done.stdout == f"keyholder {cli.__version__}\n"


def test_main_takes_its_words_as_an_argument_too(capsys: pytest.CaptureFixture[str], demo: None) -> None:
    """main(argv) is the console entry for whoever calls it from Python."""
    umask = os.umask(0o077)
    try:
        with pytest.raises(SystemExit) as ended:
            entry.main(["demo", "list", "--rows", "1"])
    finally:
        os.umask(umask)
    assert ended.value.code == 0
    assert "row 0" in capsys.readouterr().out


def test_a_reader_that_goes_away_is_no_news() -> None:
    """`keyholder … | head -1` says nothing on stderr, and ends."""
    command = f"{sys.executable} -m tests.cli.demo demo much | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=ROOT, text=True, capture_output=True, timeout=30, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("N", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("verb", ["much", "list"])
def test_a_full_disk_under_stdout_is_a_sentence(verb: str) -> None:
    """Output that could not be written is exit 1 once, however late it is noticed."""
    command = [sys.executable, "-m", "tests.cli.demo", "demo", verb]
    buffered = os.environ | {"PYTHONUNBUFFERED": ""}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command,
            env=buffered,
            cwd=ROOT,
            text=True,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "keyholder: error: the disk is full"
    assert "ignored" not in done.stderr


def test_the_context_that_was_passed_is_the_one_used(run: Run) -> None:
    """A test's own context reaches the command."""
    mine = context()
    assert run("demo", "session", obj=mine).output == "1\n"
    assert mine.session == 1


def test_a_group_used_alone_makes_its_own_context() -> None:
    """A noun can be invoked without the root, as its own tests do."""
    from click.testing import CliRunner

    from tests.cli.demo import demo

    assert isinstance(demo, click.Group)
    assert CliRunner().invoke(demo, ["session"]).output == "1\n"
