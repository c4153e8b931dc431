"""Read and verify the log. Nothing is shown that was not verified: each body is hashed again against its leaf.

`verify` believes nothing that this machine has stored but its pin: it streams the whole log from genesis (bytes,
chain, tree, every signature, tiles), in memory that does not grow, and names the first bad entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.checkpoint import Checkpoint
from audit.entry import Entry, decode, leaf_hash
from audit.errors import BadChain, BadNote
from audit.follow import Commit, Follower
from audit.merkle import TILE_WIDTH, Frontier, tile_root
from audit.paper import read_head
from vault.domain import keys
from vault.errors import IntegrityError, NotFound
from vault.ops.comparing import Blobs, Replay
from vault.ops.confirming import GONE
from vault.ops.session import moment
from vault.ops.walk import walk

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.shared import Shared

CHUNK = 1000
OUTSIDE = "outside.json"  # in the home


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry of the log as it is listed. ``verdict`` is empty, or why it has no effect."""

    entry: Entry
    person: str
    verdict: str
    corrections: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a verification of the whole log found."""

    size: int
    root: bytes
    commits: int
    signers: int
    void: tuple[tuple[int, str, str], ...]
    ignored: tuple[int, ...]
    held: int
    blobs: Blobs | None


def bodies(vault: Vault, start: int, end: int) -> list[bytes]:
    """The bodies of entries start..end-1, each the one that this machine verified."""
    found, leaves = vault.shared.bodies(start, end), vault.state.leaves(start, end)
    for seq, (body, leaf) in enumerate(zip(found, leaves, strict=False), start):
        if leaf_hash(body) != leaf:
            raise BadChain("its bytes are not those that this machine verified", seq=seq)
    if len(found) != end - start:
        raise BadChain("entries are missing from the shared database", seq=start + len(found))
    return found


def entries(
    vault: Vault,
    *,
    since: int = 0,
    last: int | None = None,
    about: str | None = None,
    event: str | None = None,
) -> Iterator[Line]:
    """Entries in order; with ``last`` only so many at the end, of those that match."""
    if last is not None and about is None and event is None:
        since = max(since, vault.follower.size - last)  # every entry matches: the end can be read alone
    lines = _matching(vault, since=since, about=about, event=event)
    if last is None:
        return lines
    from collections import deque

    return iter(deque(lines, maxlen=last))


def _matching(vault: Vault, *, since: int, about: str | None, event: str | None) -> Iterator[Line]:
    verdicts = _verdicts(vault)
    for start in range(since, vault.follower.size, CHUNK):
        end = min(start + CHUNK, vault.follower.size)
        for entry in map(decode, bodies(vault, start, end)):
            if (event is None or entry.event.startswith(event)) and (about is None or _names(entry, about)):
                yield _line(vault, entry, verdicts.get(entry.seq, ""))


def _names(entry: Entry, id_: str) -> bool:
    """Whether an entry is about a thing: as its subject, its author, or a value that it carries."""
    if id_ in (entry.subject, entry.actor):
        return True
    values = entry.data.values()
    return id_ in values or any(isinstance(v, list | dict) and id_ in v for v in values)


def _verdicts(vault: Vault) -> dict[int, str]:
    waiting = {
        row["seq"]: "waits for a second administrator" if keys.stands(vault.state, row) else GONE
        for row in vault.state.find("pending", confirmed=None)
    }
    return waiting | {row["seq"]: f"void: {row['reason']}" for row in vault.state.find("void")}


def _line(vault: Vault, entry: Entry, verdict: str) -> Line:
    keyset = vault.state.get("keyset", id=entry.actor)
    corrections = tuple(row["seq"] for row in vault.state.find("note", entry=entry.seq))
    person = (keyset["person"] or "recovery") if keyset else ""
    return Line(entry=entry, person=person, verdict=verdict, corrections=corrections)


def show(vault: Vault, seq: int) -> tuple[Line, bytes]:
    """One entry, and the exact bytes that were hashed and signed."""
    if not 0 <= seq < vault.follower.size:
        raise NotFound(f"there is no entry {seq}", hint=f"the log has entries 0 to {vault.follower.size - 1}")
    body = bodies(vault, seq, seq + 1)[0]
    return _line(vault, decode(body), _verdicts(vault).get(seq, "")), body


def head_note(vault: Vault) -> str:
    """The newest signed head, to be kept where nobody who owns the database can reach it."""
    found = vault.shared.head()
    if found is None or found[0] != vault.follower.size:
        raise IntegrityError("the newest signed head is not the one that this machine verified")
    return found[2].decode()


def head(vault: Vault) -> tuple[Checkpoint, str]:
    """The newest head as this machine has verified it, and the keyset that signed it."""
    pinned, newest = vault.follower.head(), vault.shared.head()
    if newest is None or newest[0] != pinned.size:
        raise IntegrityError("the newest signed head is not the one that this machine verified")
    return Checkpoint(vault.follower.origin, pinned.size, pinned.root), _author(vault, pinned.size - 1)


def _author(vault: Vault, seq: int) -> str:
    return decode(bodies(vault, seq, seq + 1)[0]).actor


def newest_time(vault: Vault) -> str:
    """The time of the newest entry, as its author's clock had it."""
    return decode(bodies(vault, vault.follower.size - 1, vault.follower.size)[0]).time


def mark_kept(vault: Vault) -> None:
    """Remember on this machine that the head was handed out: `doctor` says when that was last done."""
    kept = {"size": vault.follower.size, "at": moment(vault.clock())}
    vault.home.write(vault.home.folder / OUTSIDE, json.dumps(kept).encode())


# --- verification -----------------------------------------------------------------------------------------


def read_held(texts: Sequence[str]) -> list[Checkpoint]:
    """Heads that were kept outside: signed notes, their three lines of text, or typed from paper."""
    return [read_head(text.encode()) for text in texts]


def verify(
    vault: Vault,
    *,
    held: Sequence[Checkpoint] = (),
    compare_state: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Verify from genesis against the vault id, this machine's pin and the heads given; raises at the first fault."""
    known = {1: vault.vault_id}
    pin = vault.state.pin()
    heads = list(held)
    if pin is not None:
        root = Frontier.from_bytes(pin.size, pin.frontier).root()
        heads.append(Checkpoint(pin.origin, pin.size, root))
    for head in heads:
        if known.setdefault(head.size, head.root) != head.root:
            raise BadNote(f"two heads of {head.size} entries are held, and they differ")
    replay = Replay() if compare_state else None
    done = follow(vault.shared, known, replay=replay, progress=progress)
    for head in heads:
        if head.origin != done.origin:
            raise BadNote(f"the held head is of the log {head.origin}, not {done.origin}")
    vault.sync()
    blobs = _compare(replay, vault) if replay is not None else None
    void = tuple((row["seq"], row["event"], row["reason"]) for row in vault.state.find("void"))
    return Verified(
        size=done.size,
        root=done.head().root,
        commits=vault.shared.commit_count(),
        signers=len(done.signers.items()),
        void=void,
        ignored=done.signers.ignored,
        held=len(held),
        blobs=blobs,
    )


def _compare(replay: Replay, vault: Vault) -> Blobs:
    replay.catch_up(vault)
    replay.compare(vault)
    found = replay.check_blobs(vault.shared)
    found.check("shared database")
    return found


def follow(
    shared: Shared,
    known: dict[int, bytes],
    *,
    replay: Replay | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Follower:
    """Stream the whole log through a fresh follower; it stands at the end, or the first fault is raised."""
    follower, tiles = Follower.start(held=known), _Tiles(shared)
    rows, size = shared.counts()

    def fold(done: Commit, _: int) -> None:
        for leaf in done.leaves:
            tiles.add(leaf)
        if replay is not None:
            replay.commit(done)
        if progress is not None:
            progress(follower.size, max(size, follower.size))

    while not follower.size or follower.size < size:
        walk(shared, follower, fold)
        rows, size = shared.counts()  # somebody may have written meanwhile
    if rows != follower.size:
        raise BadChain("what follows the newest signed head was signed by nobody", seq=follower.size)
    return follower


class _Tiles:
    """Compares each full tile of the tree with the one in the database as soon as its hashes are known."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._open: list[list[bytes]] = []
        self._full: list[int] = []

    def add(self, leaf: bytes, level: int = 0) -> None:
        if level == len(self._open):
            self._open.append([])
            self._full.append(0)
        self._open[level].append(leaf)
        if len(self._open[level]) < TILE_WIDTH:
            return
        tile, n = b"".join(self._open[level]), self._full[level]
        if self._shared.tile(level, n) != tile:
            raise IntegrityError(f"tile {level}/{n} of the shared database is not that of the log")
        self._open[level] = []
        self._full[level] += 1
        self.add(tile_root(tile), level + 1)
