"""`python -m audit`: check a log without the vault that wrote it.

    python -m audit verify DIR --vault-id "TEN WORDS" --held earlier-checkpoint [--deep]
    python -m audit receipt DIR 4711 > entry-4711.tlog-proof
    python -m audit check-receipt entry-4711.tlog-proof --vkey NAME+ID+KEY

Exit codes: 0 sound, 2 usage, 6 not what it claims to be, 7 sound with findings (--deep: void, not judged, times that
contradict each other), 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.errors import AuditError, BadKey, BadNote, BadVaultId, BadWitness
from audit.witness_main import add_commands

if TYPE_CHECKING:
    from audit.note import Vkey
    from audit.verify import Held

OK, USAGE, BROKEN, FINDINGS, INTERRUPTED = 0, 2, 6, 7, 130


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = _parser().parse_args(args)
    try:
        run: Callable[[Namespace], int] = given.run
        return run(given)
    except (_Usage, BadWitness, OSError) as exc:
        sys.stderr.write(f"audit: {exc}\n")
        return USAGE
    except AuditError as exc:
        from audit import verdict

        in_json = getattr(given, "format", "table") == "json"
        sys.stdout.write(verdict.broken_json(exc) if in_json else verdict.broken(exc))
        return BROKEN
    except KeyboardInterrupt:
        return INTERRUPTED


class _Usage(Exception):
    """What was typed cannot be meant; the log was not judged."""


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m audit", description="Check a log without the vault that wrote it."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_verify(commands)
    _add_receipts(commands)
    add_commands(commands)
    return parser


def _add_verify(commands: Any) -> None:
    verify = commands.add_parser(
        "verify", help="check an export: bytes, chain, tree, every signature, held heads"
    )
    verify.set_defaults(run=_verify)
    verify.add_argument("folder", metavar="DIR", type=Path, help="the export")
    verify.add_argument(
        "--vault-id", required=True, help="ten words or 64 hexadecimal digits, from somebody you trust"
    )
    verify.add_argument(
        "--held",
        metavar="FILE",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="checkpoints kept from earlier",
    )
    verify.add_argument(
        "--witness",
        metavar="KEY",
        nargs="+",
        action="extend",
        default=[],
        help="keys of witnesses who must have cosigned the log, from themselves",
    )
    verify.add_argument(
        "--quorum", metavar="N", type=int, help="how many of them suffice; default: all that are named"
    )
    depth = verify.add_mutually_exclusive_group()
    depth.add_argument(
        "--heads-only", action="store_true", help="check the last head's signature only; faster"
    )
    depth.add_argument(
        "--deep",
        action="store_true",
        help="also judge every entry's fields and its author's right; who could open what, what is owed",
    )
    verify.add_argument(
        "--format", choices=("table", "json"), default="table", help="how the verdict is written"
    )
    verify.add_argument(
        "--jobs", metavar="N", type=int, default=_cores(), help="processes for signatures; default: all cores"
    )


def _add_receipts(commands: Any) -> None:
    receipt = commands.add_parser("receipt", help="write the receipt of an entry to stdout")
    receipt.set_defaults(run=_receipt)
    receipt.add_argument("folder", metavar="DIR", type=Path, help="the export, verified before")
    receipt.add_argument("seq", metavar="SEQ", type=int, help="position of the entry")
    check = commands.add_parser("check-receipt", help="check a receipt, and show its entry")
    check.set_defaults(run=_check_receipt)
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument(
        "--vkey",
        required=True,
        action="append",
        help="key of who may have signed the head, from a verified log",
    )


def _verify(given: Namespace) -> int:
    from audit import verdict
    from audit.quorum import cosigned_heads, quorum
    from audit.verify import verify
    from audit.words import parse_vault_id

    if given.jobs < 1:
        raise _Usage("--jobs is a number of processes, 1 or more")
    try:
        vault_id = parse_vault_id(given.vault_id)
    except BadVaultId as exc:
        raise _Usage(str(exc)) from exc
    _check_folder(given.folder)
    witnesses = _witnesses(given)
    held = [*map(_held, given.held), *cosigned_heads(given.folder, witnesses)]
    found = verify(
        given.folder,
        vault_id=vault_id,
        held=held,
        heads_only=given.heads_only,
        deep=given.deep,
        jobs=given.jobs,
        progress=_progress if sys.stderr.isatty() else _silent,
    )
    saw = quorum(held, witnesses, least=len(witnesses) if given.quorum is None else given.quorum)
    sys.stdout.write((verdict.sound_json if given.format == "json" else verdict.sound)(found, saw))
    return FINDINGS if verdict.has_findings(found) else OK


def _witnesses(given: Namespace) -> list[Vkey]:
    from audit.note import COSIGNATURES, parse_vkey

    try:
        keys = list(dict.fromkeys(parse_vkey(text) for text in given.witness))
    except BadKey as exc:
        raise _Usage(f"--witness: {exc}") from exc
    if any(key.kind not in COSIGNATURES for key in keys):
        raise _Usage("--witness is the key of a witness, not of a log")
    if given.quorum is not None and not 1 <= given.quorum <= len(keys):
        raise _Usage("--quorum is a number of the witnesses named")
    return keys


def _receipt(given: Namespace) -> int:
    from audit.folder import Folder
    from audit.merkle import TILE_WIDTH
    from audit.proof import receipt

    _check_folder(given.folder)
    shown = Folder(given.folder)
    raw, head = shown.head()
    if not 0 <= given.seq < head.size:
        raise _Usage(f"the export has entries 0 to {head.size - 1}")
    n, place = divmod(given.seq, TILE_WIDTH)
    body = shown.entries(n, min(TILE_WIDTH, head.size - n * TILE_WIDTH))[place]
    sys.stdout.write(receipt(shown, head=raw, index=given.seq, body=body))
    return OK


def _check_receipt(given: Namespace) -> int:
    from audit.entry import encode
    from audit.note import parse_vkey
    from audit.proof import check_receipt

    try:
        vkeys = [parse_vkey(text) for text in given.vkey]
        text = given.file.read_bytes()
    except (BadKey, OSError) as exc:
        raise _Usage(str(exc)) from exc
    found = check_receipt(text, vkeys=vkeys)
    sys.stdout.write(
        f"OK: entry {found.entry.seq} of {found.head.origin} stands in the log of {found.head.size} entries.\n"
        f"{encode(found.entry).decode()}\n"
    )
    return OK


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise _Usage(f"{folder} is not a directory")


def _held(path: Path) -> Held:
    from audit.verify import read_held

    try:
        return read_held(path)
    except (BadNote, OSError) as exc:
        raise _Usage(f"--held {path}: {exc}") from exc


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _progress(what: str, done: int, size: int) -> None:
    end = "\n" if done == size else ""
    sys.stderr.write(f"\r{what} {done} of {size} entries{end}")
    sys.stderr.flush()


def _silent(_what: str, _done: int, _size: int) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    sys.exit(main())
