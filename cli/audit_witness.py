"""`keyholder audit witness`, `audit request`, `audit cosigned`: heads that are seen outside.

On an auditor's machine (`new`, `cosign`, `serve`, `show`) there is no vault, no passphrase and no member's key.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.given import meant
from cli.opening import open_vault
from cli.options import App, command, group
from vault.errors import UsageProblem

_FOLDER = click.Path(file_okay=False, path_type=Path)
_PORT = 8417


@contextmanager
def both_heads(app: App) -> Iterator[None]:
    """Of two histories both signed heads are shown: together they are the evidence."""
    from audit.errors import BadWitness, Forked

    try:
        yield
    except Forked as error:
        for whose, head in (("held", error.ours), ("shown", error.theirs)):
            for line in (f"--- {whose}", *head.splitlines()):
                app.out.note(line)
        raise
    except BadWitness as error:
        raise UsageProblem(str(error), hint="see keyholder audit witness --help") from error


@group("witness")
def witness() -> None:
    """Be a witness (new, cosign, serve, show: on an auditor's machine), or say who is one (add, remove, list)."""


@witness.command("new", example="keyholder audit witness new ~/witness")
@click.argument("folder", type=_FOLDER)
def new(app: App, *, folder: Path) -> None:
    """Make a witness in a new folder, and print its key: an administrator of the vault adds it."""
    from audit import witness_main

    with both_heads(app):
        app.out.text(witness_main.new(folder, random=app.random).vkey)


@witness.command(
    "cosign",
    example="""
    keyholder audit witness cosign ~/witness /media/stick/log --vault-id 'TEN WORDS'
    keyholder audit witness cosign ~/witness request.txt
    """,
)
@click.argument("folder", type=_FOLDER)
@click.argument("what")
@click.option("--vault-id", metavar="WORDS", help="At first contact: the ten words, from somebody you trust.")
def cosign(app: App, *, folder: Path, what: str, vault_id: str | None) -> None:
    """Print the cosignature of an export (a directory) or of a request (a file, or -), if it continues the last one."""
    from audit import witness_main

    with both_heads(app):
        app.out.bare(witness_main.cosign(folder, what, vault_id, clock=_seconds(app)).removesuffix("\n"))


@witness.command("serve", example="keyholder audit witness serve ~/witness --port 8417")
@click.argument("folder", type=_FOLDER)
@click.option("--port", type=click.IntRange(0, 65535), default=_PORT, help=f"The port; {_PORT} by default.")
def serve(app: App, *, folder: Path, port: int) -> None:
    """Answer add-checkpoint (C2SP tlog-witness) on this machine's loopback, until interrupted."""
    from audit import witness_main

    with both_heads(app):
        witness_main.serve(folder, port, clock=_seconds(app))


@witness.command("show", looks_back=False, example="keyholder audit witness show ~/witness")
@click.argument("folder", type=_FOLDER)
def show(app: App, *, folder: Path) -> None:
    """The head cosigned last of each log, and on stderr the witness's key."""
    from audit import witness_main

    with both_heads(app):
        found = witness_main.opened(folder, clock=_seconds(app))
    columns = ("log", "size", "root", "at", "read")
    rows = [[each[name] for name in columns] for each in witness_main.describe(found)]
    app.out.note(found.vkey)
    app.out.rows(columns, [[*r[:3], datetime.fromtimestamp(r[3], UTC), r[4]] for r in rows])


def _seconds(app: App) -> Callable[[], int]:
    return lambda: int(app.clock().timestamp())


@witness.command("add", example="keyholder audit witness add 'witness/0123456789abcdef+…'")
@click.argument("key")
def add(app: App, *, key: str) -> None:
    """Let this key witness the vault's log: its cosignatures count. For administrators; two where there are two."""
    from vault.ops import witnesses

    added = witnesses.add(open_vault(app), key)
    app.out.record({"witness": added.id, "entry": added.entry, "in force": not added.waits})
    if added.waits:
        app.out.note(
            f"it waits: another administrator asks the witness for its key, compares, and runs "
            f"`keyholder confirm {added.entry}`; until then its cosignatures do not count"
        )


@witness.command("remove", example="keyholder audit witness remove witness/0123456789abcdef")
@click.argument("which", metavar="WITNESS")
def remove(app: App, *, which: str) -> None:
    """Count a witness's cosignatures no more. For administrators."""
    from vault.ops import witnesses

    witnesses.remove(open_vault(app), which)


@witness.command("list", example="keyholder audit witness list")
def list_(app: App) -> None:
    """Who witnesses the log, with the newest head that each has truly cosigned."""
    from vault.ops import witnesses

    found = witnesses.everyone(open_vault(app, unlock=False))
    columns = ("witness", "name", "added", "removed", "size", "at", "key")
    rows = [(w.id, w.name, w.added, w.removed, w.size or None, _time(w.at), w.vkey) for w in found]
    app.out.rows(columns, rows)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@command("request", example="keyholder audit request > request.txt")
@click.argument("which", metavar="[WITNESS]", default="")
@click.option(
    "--old", type=click.IntRange(min=0), metavar="SIZE", help="What it cosigned last, if it says so."
)
def request(app: App, *, which: str, old: int | None) -> None:
    """Print what to send to a witness (C2SP add-checkpoint): the newest head, proven from what it cosigned last."""
    from vault.ops import cosigning

    vault = open_vault(app, unlock=False)
    app.out.bare(cosigning.request(vault, which, old=old).removesuffix("\n"))


@command("cosigned", example="keyholder audit cosigned answer.txt")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
def cosigned(app: App, *, file: Path) -> None:
    """Keep a witness's cosignature: its line, or a checkpoint with it. Verified against its key and this log first."""
    from vault.ops import cosigning

    raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    with meant(f"{file} is no cosignature", hint="give what the witness answered, as it is"):
        cosigning.parse(raw)
    vault = open_vault(app)
    with both_heads(app):
        seen = cosigning.bring_in(vault, raw)
    app.out.record({"witness": seen.witness, "size": seen.size, "at": _time(seen.at), "entry": seen.seq})
