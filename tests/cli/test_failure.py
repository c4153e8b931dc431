"""From an exception to words: code, message, clause, next step; never a value of somebody else's message."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from cli.failure import explain, report
from tests.cli.demo import MARKER

Run = Callable[..., Result]

CASES = {
    "failed": (1, "it failed", None),
    "usage": (2, "cannot be meant", "write it so"),
    "not-found": (3, "no such account", None),
    "refused": (4, "not approved", "ask the line manager"),
    "locked": (5, "wrong passphrase", None),
    "integrity": (6, "the seal is not what the log says", None),
    "findings": (7, "2 findings", None),
    "busy": (75, "somebody else is writing", None),
    "audit": (6, "entry 7: does not continue", "change nothing, keep a copy, and tell the auditor"),
    "sqlite-busy": (75, "somebody else is writing; nothing was changed", "try again"),
    "sqlite-full": (1, "the disk is full; nothing was changed", "make room and try again"),
    "sqlite-readonly": (1, "the database cannot be written", "check its owner, mode and disk"),
    "sqlite-cantopen": (1, "the database cannot be opened", "check its path, owner and mode"),
    "sqlite-notadb": (6, "the file is not a database", "check KEYHOLDER_VAULT"),
    "postgres-busy": (75, "somebody else is writing; nothing was changed", "try again"),
    "enospc": (1, "/data/vault.db: the disk is full", "make room and try again"),
    "eacces": (1, "/data/vault.db: permission denied", "check the owner and mode"),
    "erofs": (1, "the file system is read-only", "choose another place"),
    "enoent": (1, "/data/[2Jvault.db: no such file or directory", "check the path"),
    "eio": (1, "input/output error", None),
    "interrupt": (130, "interrupted: nothing was changed", None),
    "eof": (130, "interrupted: nothing was changed", None),
    "abort": (130, "interrupted: nothing was changed", None),
    "click": (1, "something is off", None),
}


@pytest.mark.parametrize("kind", CASES)
def test_every_error_has_its_code_and_words(run: Run, kind: str) -> None:
    """The table above, as a person sees it; stdout stays empty."""
    code, message, hint = CASES[kind]
    answer = run("demo", "fail", kind)
    label = "attention" if code == 7 else "error"
    lines = [
        line for line in answer.stderr.splitlines() if line and not line.startswith("keyholder: clause:")
    ]
    assert answer.exit_code == code
    assert answer.stdout == ""
    assert lines == [f"keyholder: {label}: {message}", *([f"keyholder: next: {hint}"] if hint else [])]
    assert MARKER not in answer.stderr


@pytest.mark.parametrize("kind", CASES)
def test_errors_in_json_say_the_same(run: Run, kind: str) -> None:
    """With --format json an error is one JSON object on stderr."""
    code, message, hint = CASES[kind]
    answer = run("demo", "fail", kind, "--format", "json")
    (line,) = [line for line in answer.stderr.splitlines() if line]
    error = json.loads(line)["error"]
    assert set(error) == {"code", "message", "hint", "clause", "exit"}
    assert (error["exit"], error["hint"]) == (code, hint or "")
    assert error["message"].replace("\x1b", "") == message
    assert "\x1b" not in line


def test_a_clause_stands_between_the_error_and_the_next_step(run: Run) -> None:
    """What forbids it is cited."""
    lines = run("demo", "fail", "refused").stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["error", "clause", "next"]
    assert lines[1] == "keyholder: clause: 4.2"


@pytest.mark.parametrize("kind", ["bug", "sqlite-other", "bare-os"])
def test_an_unexpected_error_names_type_and_place_and_no_value(run: Run, kind: str) -> None:
    """No traceback and no message: it may hold a secret."""
    answer = run("demo", "fail", kind)
    assert answer.exit_code == 1
    assert "keyholder: error: internal error (" in answer.stderr
    assert re.search(r"internal error \(\w+ at cli/demo\.py:\d+\)", answer.stderr)
    assert "Traceback" not in answer.stderr
    assert MARKER not in answer.stderr


def test_debugging_shows_calls_and_types_and_still_no_value(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KEYHOLDER_DEBUG=1 prints the chain of types with file and line, never a message or a local."""
    monkeypatch.setenv("KEYHOLDER_DEBUG", "1")
    answer = run("demo", "fail", "bug")
    assert "  builtins.KeyError\n" in answer.stderr
    assert "  builtins.ValueError\n" in answer.stderr
    assert "    cli/options.py:" in answer.stderr
    assert MARKER not in answer.stderr


def test_an_interrupt_after_a_commit_does_not_claim_that_nothing_changed(run: Run) -> None:
    """Once something is recorded, the words say so."""
    answer = run("demo", "fail", "interrupt", "--changed")
    assert answer.exit_code == 130
    assert "keyholder: error: interrupted: what was recorded before stays recorded\n" in answer.stderr
    assert "keyholder: next: `keyholder status` says what is open\n" in answer.stderr


def test_a_broken_pipe_is_quiet(run: Run) -> None:
    """Nobody is left to read words."""
    answer = run("demo", "fail", "pipe")
    assert (answer.exit_code, answer.output) == (1, "")


def test_an_error_of_the_database_toolkit_is_looked_into() -> None:
    """SQLAlchemy's wrapper is judged by the driver's error inside; one without a cause is a server's silence."""
    wrapper = type("OperationalError", (Exception,), {"__module__": "sqlalchemy.exc"})
    from tests.cli.demo import ERRORS

    busy = wrapper(MARKER)
    busy.orig = ERRORS["sqlite-busy"]
    assert explain(busy).exit_code == 75
    away = explain(wrapper(MARKER))
    assert (away.exit_code, away.message) == (1, "the database does not answer")


def test_settings_that_cannot_be_read_are_an_error_like_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong KEYHOLDER_FORMAT is exit 2 with the formats named."""
    from cli.context import Context

    monkeypatch.setenv("KEYHOLDER_FORMAT", "yaml")
    answer = run("demo", "list", obj=Context())
    assert answer.exit_code == 2
    assert "keyholder: next: use one of table, json, csv" in answer.stderr


def test_an_error_without_a_place_is_still_said() -> None:
    """An exception that was never raised has no traceback."""
    assert explain(KeyError()).message == "internal error (KeyError at an unknown place)"


@pytest.mark.parametrize(
    ("error", "said"), [(BrokenPipeError(32, ""), ""), (OSError(28, ""), "the disk is full")]
)
def test_what_could_not_be_written_is_not_tried_again(
    error: OSError,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """stdout that failed is turned away, so that Python does not fail on it at exit."""
    with (tmp_path / "out").open("w") as out:

        class Broken:
            def flush(self) -> None:
                raise error

            def fileno(self) -> int:
                return out.fileno()

        monkeypatch.setattr(sys, "stdout", Broken())
        assert report(error, [], None) == 1
        monkeypatch.undo()
        out.write("to nowhere")
    assert (tmp_path / "out").read_text() == ""
    assert said in capsys.readouterr().err
