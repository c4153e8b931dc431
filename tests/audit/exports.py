"""Exports to test with: small logs written by our own writer, and ways to read what is in a directory."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterable, Sequence
from pathlib import Path

from audit.errors import AuditError
from audit.export import Exported, Log, export
from audit.follow import Follower, Prepared
from audit.verify import read_held, verify
from audit.words import VaultId, parse_vault_id
from tests.audit.given import added, feed, genesis, note_of, revoked, vouching, write


def log_of(made: Sequence[Prepared]) -> Log:
    """What a vault knows of a log that consists of these commits."""
    follower = Follower.start()
    leaves = [leaf for commit in feed(follower, *made) for leaf in commit.leaves]

    def commits_after(size: int) -> Iterable[tuple[int, str, bytes, list[bytes]]]:
        for each in made:
            if each.checkpoint.size > size:
                yield each.checkpoint.size, each.signer, each.note, list(each.bodies)

    return Log(follower.origin, follower.head(), follower.signers, leaves.__getitem__, commits_after)


def write_export(folder: Path, made: Sequence[Prepared]) -> Exported:
    return export(log_of(made), folder)


def vault_id(made: Sequence[Prepared]) -> VaultId:
    return parse_vault_id(made[0].leaves[0].hex())


def files(folder: Path) -> dict[str, bytes]:
    """Every file by its name in the export."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def small_log() -> list[Prepared]:
    """Three signers, one revoked, one void event; commits of one to three entries."""
    follower = Follower.start()
    return [
        write(follower, genesis(), added("bea")),
        write(follower, note_of(1), note_of(2), added("eve"), by="bea"),  # bea does not vouch: void
        write(follower, vouching("bea", True), added("eve")),
        write(follower, note_of(3), revoked("bea"), by="bea"),
        write(follower, note_of(4), by="eve"),
    ]


def long_log(*sizes: int) -> list[Prepared]:
    """Commits with so many entries, by Ada and Bea in turn."""
    follower = Follower.start()
    made = [write(follower, genesis(), added("bea"))]
    for place, size in enumerate(sizes):
        start = follower.size
        drafts = [note_of(n) for n in range(start, start + size)]
        made.append(write(follower, *drafts, by=("bea", "ada")[place % 2]))
    return made


def forge(folder: Path, commits: Iterable[tuple[Sequence[bytes], bytes]]) -> Path:
    """An export of whatever bodies and notes are given, as an attacker's own program writes it."""
    from audit.entry import leaf_hash
    from audit.export import _Writer

    writer = _Writer(folder)
    for bodies, note in commits:
        writer.add(list(bodies), [leaf_hash(body) for body in bodies], note)
    writer.finish(b"")
    return folder


def second_verifier():
    """The verifier in docs, which shares no code with ours."""
    spec = importlib.util.spec_from_file_location(
        "second_verifier", Path(__file__).parents[2] / "docs/verify.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SECOND = second_verifier()
for pure in ("check_signature", "decode", "head"):  # the same few arguments, again and again
    setattr(SECOND, pure, functools.lru_cache(maxsize=None)(getattr(SECOND, pure)))
REFUSALS = (KeyError, OSError, RecursionError, TypeError, ValueError)


def judge(folder: Path, made: Sequence[Prepared], held: Sequence[Path] = ()) -> AuditError | None:
    """Our verdict, which must be the second verifier's too: the error, or None for a sound log."""
    try:
        verify(folder, vault_id=vault_id(made), held=[read_held(path) for path in held])
        ours = None
    except AuditError as error:
        ours = error
    try:
        SECOND.verify(folder, made[0].leaves[0].hex(), held)
        theirs = None
    except REFUSALS as error:
        theirs = error
    assert (ours is None) == (theirs is None), f"{ours!r} against {theirs!r}"
    return ours
