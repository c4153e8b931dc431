"""`keyholder audit`: read and verify the log."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.audit_anchor import anchor
from cli.audit_continue import continue_, lost
from cli.audit_witness import cosigned, request, witness
from cli.opening import open_vault
from cli.options import App, group
from cli.words import counted
from vault.errors import FindingsExist, IntegrityError, UsageProblem

if TYPE_CHECKING:
    from audit.checkpoint import Checkpoint
    from audit.note import Vkey
    from vault.ops.comparing import Blobs
    from vault.ops.log import Line, Verified
    from vault.ops.session import Vault

_KINDS = {"per-": "person", "acc-": "account", "dev-": "device", "tem-": "team", "req-": "request"}


@group("audit")
def audit() -> None:
    """The log: who did what, in which order, and the proof that nobody changed it since."""


for _command in (witness, request, cosigned, anchor, continue_, lost):
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


@audit.command("verify", example="keyholder audit verify --state --held head-of-november.txt")
@click.option("--state", is_flag=True, help="Replay the log, and compare it with this machine's register.")
@click.option(
    "--held",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head that was kept outside (from `audit head`); repeatable.",
)
def verify(app: App, *, state: bool, held: tuple[Path, ...]) -> None:
    """Verify the whole log from its first entry: bytes, chain, tree, every signature. Needs no passphrase.

    The first bad entry is named, with exit code 6. Void entries are named, with exit code 7. What entries mean is
    judged a second time on an export: python -m audit verify DIR --deep.
    """
    from vault.ops import log as ops

    heads = [head for path in held for head in _read_held(path)]
    vault = open_vault(app, unlock=False, sync=False)
    with click.progressbar(length=1000, label="verifying", file=sys.stderr, hidden=not _watched()) as bar:
        found = ops.verify(vault, held=heads, compare_state=state, progress=_progress(bar))
    app.out.record(_found(found))
    for seq, event, reason in found.void:
        app.out.note(f"entry {seq} is void: {event}: {reason}")
    for seq in found.ignored:
        app.out.note(f"entry {seq} changed no signer: its author had no right to")
    foreign = found.blobs.foreign if found.blobs else ()
    if found.blobs:
        _erased(app, found.blobs)
    for name in foreign:
        app.out.note(f"no entry names the sealed value {name}: it was put there by somebody without an entry")
    if not held:
        app.out.note("no outside head was given: nothing but this machine shows that this is the whole log")
    _judge(found, foreign)


def _read_held(path: Path) -> list[Checkpoint]:
    from cli.given import meant
    from vault.ops import log as ops

    with meant(f"{path} is no head that was kept", hint="give a file that `keyholder audit head` made"):
        return ops.read_held([path.read_text("utf-8")])


def _erased(app: App, found: Blobs) -> None:
    """What is gone by an entry or otherwise, and what somebody put back."""
    if found.erased:
        listed = ", ".join(map(str, found.erased))
        app.out.note(f"sealed words are gone by the entries that erased them: {listed}")
    for name in found.back:
        app.out.note(f"the sealed value {name} was erased, and lies in the database again: delete it")
    for one in found.missing:
        app.out.note(f"a sealed value is missing: {one}; {one.answer}")


def _judge(found: Verified, foreign: tuple[str, ...]) -> None:
    """The log verifies; what else there is to say decides the exit code."""
    void = {*found.ignored, *(seq for seq, _, _ in found.void)}
    noted = [f"{counted(len(void), 'entry is', 'entries are')} void"] if void else []
    noted += [f"{len(foreign)} sealed values are named by no entry"] if foreign else []
    back = found.blobs.back if found.blobs else ()
    noted += [f"{len(back)} sealed values were erased and are back"] if back else []
    gone = found.blobs.missing if found.blobs else ()
    noted += [f"{len(gone)} sealed values are missing"] if gone else []
    if noted:
        raise FindingsExist("the log verifies; " + "; ".join(noted))


def _watched() -> bool:
    return sys.stderr.isatty()


def _progress(bar: object) -> Callable[[int, int], None]:
    """In thousandths: the length of the log is not known when the bar is made."""

    def step(done: int, size: int) -> None:
        bar.update(done * 1000 // max(size, 1) - bar.pos)  # type: ignore[attr-defined]

    return step


def _found(found: Verified) -> dict[str, object]:
    from audit import b64

    return {
        "entries": found.size,
        "root": b64.encode(found.root),
        "commits": found.commits,
        "signers": found.signers,
        "void": [seq for seq, _, _ in found.void],
        "heads held": found.held,
        "register compared": found.blobs is not None,
        "sealed values": found.blobs.good if found.blobs else None,
    }


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


@audit.command("export", example="keyholder audit export /media/stick/log")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(app: App, *, folder: Path) -> None:
    """Write the log into a directory that anybody can verify: python -m audit verify. No name is in it.

    The same directory again adds what is new and nothing else.
    """
    from vault.ops import exporting
    from vault.ops.log import mark_kept

    vault = open_vault(app, unlock=False)
    done = exporting.export(vault, folder)
    mark_kept(vault)
    id_ = vault.vault_id.hex()
    app.out.record({"folder": str(folder), "before": done.before, "size": done.size, "vault id": id_})


@audit.command("receipt", example="keyholder audit receipt 41 > entry-41.tlog-proof")
@click.argument("entry", type=int)
def receipt(app: App, *, entry: int) -> None:
    """Print the proof that an entry stands in the log. Anybody checks it with nothing else but a signer's key."""
    from vault.ops import exporting

    vault = open_vault(app, unlock=False)
    app.out.bare(exporting.receipt(vault, entry).removesuffix("\n"))
    app.out.note(
        "check it with: keyholder audit check-receipt FILE --vkey KEY; the keys: keyholder audit keys"
    )


@audit.command("keys", example="keyholder audit keys")
def signing_keys(app: App) -> None:
    """The keys that sign this log or once did, and whose they are. Hand them over by another way than receipts."""
    from vault.ops import exporting

    vault = open_vault(app, unlock=False)
    rows = [(k.vkey, k.keyset, k.person, k.added, k.revoked) for k in exporting.signer_keys(vault)]
    app.out.rows(("vkey", "keyset", "person", "added", "revoked"), rows)


_WHOSE_KEY = "give the key of whoever signed its head: see `keyholder audit keys`; if it was that, the receipt is false"


def _vkey(text: str) -> Vkey:
    from audit.note import parse_vkey
    from cli.given import meant

    with meant("--vkey", hint="a key is one of those that `keyholder audit keys` lists, whole"):
        return parse_vkey(text)


@audit.command("check-receipt", example="keyholder audit check-receipt entry-41.tlog-proof --vkey KEY")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--vkey", "vkeys", multiple=True, required=True, help="A key that may have signed the head; repeatable."
)
def check_receipt(app: App, *, file: Path, vkeys: tuple[str, ...]) -> None:
    """Check a receipt: no vault, no database, no passphrase."""
    from audit.entry import encode
    from audit.errors import BadSignature
    from audit.proof import MAGIC
    from audit.proof import check_receipt as check

    raw, keys = file.read_bytes(), [_vkey(text) for text in vkeys]
    if not raw.startswith(MAGIC.encode()):
        raise UsageProblem(f"{file} is not a receipt", hint="give a file that `keyholder audit receipt` made")
    try:
        found = check(raw, vkeys=keys)
    except BadSignature as problem:
        raise IntegrityError(problem.message, hint=_WHOSE_KEY) from None
    words = {"entry": found.entry.seq, "log": found.head.origin, "log size": found.head.size}
    app.out.record({**words, "body": encode(found.entry).decode()})
