"""A noun for the tests of the plumbing: one verb for each thing that a command can do."""

from __future__ import annotations

import sqlite3
import sys
from datetime import date, datetime

import click

from audit.errors import BadChain
from cli import clipboard
from cli.options import DAY, MOMENT, App, group, plan, to_pipe
from vault.errors import (
    Busy,
    FindingsExist,
    IntegrityError,
    Locked,
    NotFound,
    Refused,
    UsageProblem,
    VaultError,
)

MARKER = "correct-horse-battery-staple"


def sqlite_error(code: str) -> sqlite3.Error:
    error = sqlite3.OperationalError(f"the driver's words, with {MARKER}")
    error.sqlite_errorname = code
    return error


class PostgresError(Exception):
    sqlstate = "40001"


ERRORS: dict[str, BaseException] = {
    "failed": VaultError("it failed"),
    "usage": UsageProblem("cannot be meant", hint="write it so"),
    "not-found": NotFound("no such account"),
    "refused": Refused("not approved", clause="4.2", hint="ask the line manager"),
    "locked": Locked("wrong passphrase"),
    "integrity": IntegrityError("the seal is not what the log says"),
    "findings": FindingsExist("2 findings"),
    "busy": Busy("somebody else is writing"),
    "audit": BadChain("does not continue", seq=7),
    "sqlite-busy": sqlite_error("SQLITE_BUSY_SNAPSHOT"),
    "sqlite-full": sqlite_error("SQLITE_FULL"),
    "sqlite-readonly": sqlite_error("SQLITE_READONLY_DBMOVED"),
    "sqlite-cantopen": sqlite_error("SQLITE_CANTOPEN"),
    "sqlite-notadb": sqlite_error("SQLITE_NOTADB"),
    "sqlite-other": sqlite_error("SQLITE_ERROR"),
    "postgres-busy": PostgresError(MARKER),
    "enospc": OSError(28, MARKER, "/data/vault.db"),
    "eacces": PermissionError(13, MARKER, b"/data/vault.db"),
    "erofs": OSError(30, MARKER),
    "enoent": FileNotFoundError(2, MARKER, "/data/\x1b[2Jvault.db"),
    "eio": OSError(5, MARKER),
    "bare-os": OSError(MARKER),
    "pipe": BrokenPipeError(32, MARKER),
    "interrupt": KeyboardInterrupt(),
    "eof": EOFError(),
    "abort": click.Abort(),
    "click": click.ClickException("Something is off."),
    "bug": KeyError(MARKER),
    "exit": SystemExit(9),
}


@group("demo")
def demo() -> None:
    """Commands of the tests."""


@demo.command("fail", example="keyholder demo fail busy")
@click.argument("kind")
@click.option("--changed", is_flag=True)
def fail(app: App, *, kind: str, changed: bool) -> None:
    """Raise it."""
    app.context.changed = app.context.changed or changed
    raise ERRORS[kind] from ValueError(MARKER)


@demo.command("list", example="keyholder demo list\nkeyholder demo list --format csv")
@click.option("--rows", default=2)
def list_(app: App, *, rows: int) -> None:
    """Print rows."""
    app.out.rows(["name", "times seen"], [(f"row {n}", n) for n in range(rows)])


@demo.command("when", example="keyholder demo when --as-of 21/11/2026", looks_back=True)
@plan
@click.option("--day", type=DAY)
@click.option("--at", type=MOMENT)
@click.argument("since", required=False, type=DAY)
def when(app: App, **given: datetime | date | bool | None) -> None:
    """Print what was understood."""
    app.out.record({"as_of": app.as_of, **given, "now": app.clock()})


@demo.command("login", example="keyholder demo login")
def login(app: App) -> None:
    """Ask for a name and a passphrase, and say how long the passphrase is."""
    name = app.terminal.ask("name", option="--name")
    app.out.text(f"{name}: {len(app.passphrase())}")


@demo.command("choose", example="keyholder demo choose")
def choose(app: App) -> None:
    """A new secret, twice."""
    app.out.text(f"{len(app.terminal.ask_new_secret('new password'))} characters")


@demo.command("put", example="keyholder demo put -")
@click.argument("source", required=False)
def put(app: App, *, source: str | None) -> None:
    """Read a secret, and say what came, as its length and ends."""
    secret = app.terminal.read_secret(source, "the password", option="SOURCE")
    app.out.text(f"{len(secret)} {secret[:1]}…{secret[-1:]}")


@demo.command("reveal", example="keyholder demo reveal")
@to_pipe
def reveal(app: App, *, to_pipe: bool) -> None:
    """Show the marker."""
    app.terminal.ready_to_show(to_pipe=to_pipe)
    app.context.changed = True
    app.terminal.show_secret("x/@force", MARKER, to_pipe=to_pipe)
    app.out.note("done")


@demo.command("copy", example="keyholder demo copy")
@click.option("--after", default=0.0)
def copy(app: App, *, after: float) -> None:
    """Put the marker on the clipboard."""
    clipboard.copy(MARKER, salt=app.random(16)).clear_after(after)


@demo.command("session", example="keyholder demo session")
def session(app: App) -> None:
    """Count the lines that share this context."""
    count = app.context.session if isinstance(app.context.session, int) else 0
    app.context.session = count + 1
    app.out.text(str(count + 1))


@demo.command("much", example="keyholder demo much")
def much(app: App) -> None:
    """More than a pipe holds."""
    app.out.rows(["n"], [(n,) for n in range(100_000)])


def start() -> None:
    """`python -m tests.cli.demo`: the product's entry with this noun added."""
    from cli import main

    main.NOUNS["demo"] = ("tests.cli.demo", "demo", "commands of the tests")
    main.main(sys.argv[1:])


if __name__ == "__main__":
    start()
