"""`keyholder audit log|show|head`: the entries, and the newest signed head; the rest has files of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.audit_anchor import anchor
from cli.audit_continue import continue_, lost
from cli.audit_export import check_receipt, export, receipt, signing_keys
from cli.audit_verify import verify
from cli.audit_witness import cosigned, request, witness
from cli.opening import open_vault
from cli.options import App, group
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from vault.ops.log import Line
    from vault.ops.session import Vault

_KINDS = {"per-": "person", "acc-": "account", "dev-": "device", "tem-": "team", "req-": "request"}


@group("audit")
def audit() -> None:
    """The log: who did what, in which order, and the proof that nobody changed it since."""


_ELSEWHERE = (
    verify,
    export,
    receipt,
    signing_keys,
    check_receipt,
    witness,
    request,
    cosigned,
    anchor,
    continue_,
    lost,
)

for _command in _ELSEWHERE:
    audit.add_command(_command)


@audit.command("log", example="keyholder audit log --last 20 --event device.lost")
@click.option("--since", type=click.IntRange(min=0), default=0, metavar="N", help="From entry N on.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N that match.")
@click.option(
    "--about", metavar="ID", help="About this id; or, with --names, about this account, person or device."
)
@click.option("--event", metavar="EVENT", help="This event, or all that begin so: `rotation.`")
@click.option("--names", is_flag=True, help="Unlock, and show names instead of ids.")
def log(app: App, *, since: int, last: int | None, about: str | None, event: str | None, names: bool) -> None:
    """Entries in order. Each is hashed again and compared with what this machine verified."""
    from vault.ops import findings
    from vault.ops import log as ops

    vault = open_vault(app, unlock=names)
    wanted = _resolve(vault, about) if about and names else about
    lines = list(ops.entries(vault, since=since, last=last, about=wanted, event=event))
    ids = {line.entry.subject for line in lines} | {line.person for line in lines}
    shown = findings.subject_names(vault, ids) if names else {}
    columns = ("entry", "time", "by", "event", "subject", "data", "verdict")
    app.out.rows(columns, [_row(line, shown) for line in lines])


def _resolve(vault: Vault, given: str) -> str:
    """The id of what was typed: an account, a person or a device."""
    from vault.errors import NotFound

    if given[:4] in _KINDS:
        return vault.names.find(_KINDS[given[:4]], given)
    kinds = ("account",) if "/" in given else ("person", "device", "team")
    found = [id_ for kind in kinds if (id_ := vault.names.search(kind, given))]
    if not found:
        raise NotFound(
            f"nothing is called {given}", hint="name an account, a person or a device, or give an id"
        )
    if len(found) > 1:
        raise UsageProblem(f"more than one thing is called {given}", hint=f"use one of: {', '.join(found)}")
    return found[0]


def _row(line: Line, names: dict[str, str]) -> tuple[object, ...]:
    entry = line.entry
    corrected = [f"corrected by {seq}" for seq in line.corrections]
    return (
        entry.seq,
        datetime.fromisoformat(entry.time),
        names.get(line.person, line.person),
        entry.event,
        names.get(entry.subject, entry.subject),
        entry.data,
        "; ".join([line.verdict, *corrected] if line.verdict else corrected),
    )


@audit.command("show", example="keyholder audit show 41")
@click.argument("entry", type=click.IntRange(min=0))
@click.option("--names", is_flag=True, help="Unlock, and read the corrections, too.")
def show(app: App, *, entry: int, names: bool) -> None:
    """One entry: the exact bytes that were hashed and signed, its author, its verdict, its corrections."""
    from vault.ops import log as ops
    from vault.ops import notes

    vault = open_vault(app, unlock=names)
    line, body = ops.show(vault, entry)
    texts = {one.seq: one.text for one in notes.list_notes(vault)} if names else {}
    app.out.record(
        {
            "entry": entry,
            "time": datetime.fromisoformat(line.entry.time),
            "event": line.entry.event,
            "by": line.person,
            "keyset": line.entry.actor,
            "verdict": line.verdict or "in force",
            "corrected by": [f"{seq}: {texts[seq]}" if seq in texts else seq for seq in line.corrections],
            "body": body.decode(),
        }
    )


@audit.command(
    "head",
    example="""
    keyholder audit head > head-of-november.txt
    keyholder audit head --print head-of-november.html
    """,
)
@click.option(
    "--print",
    "sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page for paper instead (HTML, one sheet of A4, no names), to a new file.",
)
def head(app: App, *, sheet: Path | None) -> None:
    """Print the newest signed head. Keep it where nobody who owns the database can reach it."""
    from vault.ops import log as ops

    vault = open_vault(app, unlock=False)
    if sheet is not None:
        _print_sheet(app, vault, sheet)
        return
    note = ops.head_note(vault).removesuffix("\n")
    # The note's own line ends are part of what was signed; a table shows it as the file that it is.
    if app.out.format == "table":
        app.out.bare(note)
    else:
        app.out.text(note)
    ops.mark_kept(vault)


def _print_sheet(app: App, vault: Vault, file: Path) -> None:
    from audit.paper import rows
    from audit.words import to_words
    from cli.audit_anchor import write_new
    from cli.head_page import Sheet, page
    from vault.ops import log as ops

    head, signer = ops.head(vault)
    sheet = Sheet(
        words=to_words(vault.vault_id),
        origin=head.origin,
        size=head.size,
        rows=rows(head),
        signer=signer,
        newest=ops.newest_time(vault),
        printed=app.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    write_new(file, page(sheet).encode())
    ops.mark_kept(vault)
    app.out.record({"file": str(file), "size": head.size})
