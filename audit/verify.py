"""Verify an export with nothing but the vault id: no vault, no database, no network.

    1. bytes, chain, tree, held heads                      one pass, `audit.scan`
    2. form of the entries, every commit's signature       ranges on all cores, `audit.commits`
    3. the newest head, which `checkpoint` holds
    4. what the entries mean, if that is asked for         one pass, `audit.deep`

The first bad entry is what is reported. A held head that differs is called a fork only if the commit that
reaches it is properly signed; otherwise it is a falsification, and the entry where it begins is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.commits import Range, signed_heads, verify_range
from audit.errors import AuditError, BadChain, BadNote, Forked, RolledBack
from audit.folder import Folder
from audit.follow import decode_at
from audit.merkle import TILE_WIDTH
from audit.paper import read_file
from audit.scan import STRIDE, Progress, Scan
from audit.signers import Signer
from audit.tiles import bundles
from audit.words import VaultId

if TYPE_CHECKING:
    from audit.deep.judge import Judge


@dataclass(frozen=True, slots=True)
class Held:
    """A head kept from earlier, or from elsewhere, and the name by which its holder knows it."""

    name: str
    note: bytes
    head: Checkpoint


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found to be true of a log. `commits` is None where only the last head's signature was checked.

    `judge` is what the entries mean, where that was asked for.
    """

    head: Checkpoint
    vault_id: bytes
    signer: Signer
    commits: int | None
    held: tuple[Held, ...]
    ignored: tuple[int, ...]
    judge: Judge | None = None


def read_held(path: Path) -> Held:
    """A held head from a file: a signed note, its text, or typed from paper; BadNote if it is none of them."""
    raw, head = read_file(path)
    return Held(str(path), raw, head)


def verify(
    folder: Path,
    *,
    vault_id: VaultId,
    held: Sequence[Held] = (),
    heads_only: bool = False,
    deep: bool = False,
    jobs: int = 1,
    progress: Progress = lambda _what, _done, _size: None,
) -> Verdict:
    """What is true of the log in `folder`; an AuditError that names the first bad entry if anything is not."""
    if deep and heads_only:
        raise ValueError("what entries mean depends on who wrote them: every signature is needed")
    shown = Folder(folder)
    newest, head = shown.head()
    seen = Scan(shown, head.size, vault_id, _roots(held)).run(head.root, progress)
    _check_origins(held, seen.origin)
    error: AuditError | None = None
    commits: int | None = None
    try:
        if not heads_only:
            commits = _verify_commits(seen, jobs, progress)
        signer = _verify_head(seen, newest)
    except AuditError as exc:
        error = exc
    _check_fork(seen, held, newest, error, heads_only=heads_only)
    if error is not None:
        raise error
    _check_reached(seen, held)
    judge = _read_deep(seen, progress) if deep else None
    return Verdict(head, seen.digest, signer, commits, tuple(held), seen.signers.ignored, judge)


def _read_deep(seen: Scan, progress: Progress) -> Judge:
    from audit.deep.reading import read

    return read(seen, progress)


def _roots(held: Sequence[Held]) -> dict[int, frozenset[bytes]]:
    sizes = {each.head.size for each in held}
    return {size: frozenset(each.head.root for each in held if each.head.size == size) for size in sizes}


def _check_origins(held: Sequence[Held], origin: str) -> None:
    for each in held:
        if origin and each.head.origin != origin:
            raise BadNote(f"{each.name} is a head of the log {each.head.origin}, not of {origin}")


def _verify_commits(seen: Scan, jobs: int, progress: Progress) -> int:
    """The number of commits before the first error of the first pass, all verified."""
    work = list(_ranges(seen))
    done = 0
    for each, commits in zip(work, _results(work, jobs), strict=True):
        done += commits
        progress("verified", each.end, seen.size)
    return done


def _ranges(seen: Scan) -> Iterator[Range]:
    for start in seen.starts:
        end = min((start.bundle + STRIDE) * TILE_WIDTH, seen.reached)
        if start.bundle * TILE_WIDTH < end:
            yield Range(seen.folder, seen.origin, seen.size, start, end)


def _results(work: list[Range], jobs: int) -> Iterator[int]:
    if jobs == 1 or len(work) < 2:
        yield from map(verify_range, work)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(min(jobs, len(work)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(verify_range, work)


def _verify_head(seen: Scan, newest: bytes) -> Signer:
    """Who has signed the newest head, of the root that the first pass has found."""
    if seen.error is not None:
        raise seen.error
    first = _last_commit(seen.folder, seen.size)
    actor = _only_actor(seen.folder, first, seen.size)
    signer = seen.signers.in_force(actor, first)
    try:
        checkpoint.verify(newest, origin=seen.origin, public=signer.public)
    except AuditError as exc:
        raise type(exc)(f"checkpoint: {exc.message}") from exc
    return signer


def _last_commit(folder: Folder, size: int) -> int:
    """Where the commit begins that ends the log: at the newest head before the last."""
    for n, width in reversed(list(bundles(size))):
        if earlier := [at for at, _ in signed_heads(folder, n, width, first=n * TILE_WIDTH) if at < size]:
            return earlier[-1]
    return 0


def _only_actor(folder: Folder, first: int, size: int) -> str:
    """The actor of the entries from `first` on. In the canonical form a body begins with its actor."""
    actor, start = "", b""
    for n, width in bundles(size):
        if (n + 1) * TILE_WIDTH <= first:
            continue
        for seq, body in enumerate(folder.entries(n, width), start=n * TILE_WIDTH):
            if seq == first:
                actor = decode_at(body, seq).actor
                start = b'{"actor":"%b",' % actor.encode()
            if seq >= first and not body.startswith(start):
                raise BadChain(f"its actor is not {actor}, whose commit it stands in", seq=seq)
    return actor


def _check_fork(
    seen: Scan, held: Sequence[Held], newest: bytes, error: AuditError | None, *, heads_only: bool
) -> None:
    """Raise Forked if the commit that reaches a differing held head comes before anything that is bad."""
    if seen.forked is None:
        return
    size, root = seen.forked
    if heads_only:
        theirs = newest if error is None else None
    else:
        good = seen.size if error is None else seen.reached if error.seq is None else error.seq
        theirs = _head_reaching(seen, size, good)
    if theirs is not None:
        ours = next(each for each in held if each.head.size == size and each.head.root != root)
        raise Forked(
            f"the log shown has another root at {size} entries than the head held in {ours.name}",
            ours=ours.note.decode(),
            theirs=theirs.decode(),
            seq=max(size - 1, 0),
        )


def _head_reaching(seen: Scan, size: int, good: int) -> bytes | None:
    """The first head at or after `size`, if the log is good so far."""
    with suppress(AuditError):  # heads that cannot be read have been found already, and are the error
        for n, width in bundles(seen.size):
            if size <= (n + 1) * TILE_WIDTH and n * TILE_WIDTH < good:
                for at, raw in seen.folder.notes(n, width):
                    if size <= at <= good:
                        return raw
    return None


def _check_reached(seen: Scan, held: Sequence[Held]) -> None:
    for each in held:
        if each.head.size > seen.size:
            raise RolledBack(
                f"the log shown ends here; the head held in {each.name} is of {each.head.size} entries: "
                "entries are missing from its end",
                seq=seen.size,
            )
