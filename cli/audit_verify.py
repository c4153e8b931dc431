"""`keyholder audit verify`: the whole log again from its first entry, and what lies beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, command
from cli.words import counted
from vault.errors import FindingsExist

if TYPE_CHECKING:
    from audit.checkpoint import Checkpoint
    from vault.ops.comparing import Blobs
    from vault.ops.log import Verified


@command("verify", example="keyholder audit verify --state --held head-of-november.txt")
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
