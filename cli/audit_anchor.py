"""`keyholder audit anchor`: show by a time-stamp authority that a head existed at a time (RFC 3161)."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from cli.audit_witness import both_heads
from cli.opening import open_vault
from cli.options import App, group

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group("anchor")
def anchor() -> None:
    """Time-stamps of heads: ask for one, bring it in, list them."""


@anchor.command("request", example="keyholder audit anchor request november.tsq")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def request(app: App, *, file: Path) -> None:
    """Write the question for a time-stamp authority to a new file, and the head that it is about beside it (.head)."""
    from vault.ops import anchors

    asked = anchors.request(open_vault(app, unlock=False))
    head = file.with_suffix(".head")
    write_new(head, asked.note)
    write_new(file, asked.query)
    app.out.record({"request": str(file), "head": str(head), "size": asked.size})
    app.out.note("send the request to an authority, keep head and answer, and record them: audit anchor add")


@anchor.command("add", example="keyholder audit anchor add november.tsr --tsa-cert authority.pem")
@click.argument("file", type=_FILE)
@click.option(
    "--tsa-cert",
    "trusted",
    type=_FILE,
    required=True,
    help="The authority's certificates, PEM, root included.",
)
@click.option(
    "--head", type=_FILE, help="The head that was asked about; by default beside FILE, ending in .head."
)
def add(app: App, *, file: Path, trusted: Path, head: Path | None) -> None:
    """Verify a time-stamp of a head of this log, and record it by its hash. The file itself is yours to keep."""
    from vault.ops import anchors

    note = (head or file.with_suffix(".head")).read_bytes()
    vault = open_vault(app)
    with both_heads(app):
        done = anchors.add(vault, file.read_bytes(), head=note, trusted=trusted.read_bytes())
    app.out.record({"size": done.size, "at": datetime.fromisoformat(done.at), "entry": done.seq})


@anchor.command("list", example="keyholder audit anchor list")
def list_(app: App) -> None:
    """The time-stamps on the record: size of the head, time, SHA-256 of the answer, entry."""
    from vault.ops import anchors

    found = anchors.everything(open_vault(app, unlock=False))
    app.out.rows(
        ("size", "at", "token", "entry"),
        [(one.size, datetime.fromisoformat(one.at), one.token, one.seq) for one in found],
    )


def write_new(path: Path, data: bytes) -> None:
    """A new file; never one that is there already."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
