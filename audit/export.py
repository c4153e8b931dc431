"""Write a log into a directory that anybody can check: C2SP tlog-tiles, and the heads of all commits.

The files are listed in `audit.folder`; their names follow from the size of the log, so that a reader who knows
the newest head knows every name. A later export into the same directory writes what is new and nothing else.

1. Everything but the head is written: each file whole or not at all, and durable.
2. `checkpoint` is replaced. Until here a reader finds the old log complete; from here on the new one.
3. The partial files of the old head are removed.

A crash leaves one of the two logs readable, and the next export puts the rest in order.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit import checkpoint, note
from audit.edge import Head
from audit.errors import BadExport, Forked, RolledBack
from audit.folder import Folder
from audit.follow import Follower
from audit.merkle import HASH_SIZE, TILE_WIDTH, entries_path, tile_path
from audit.signers import Signers
from audit.tiles import Tile, Tiles, commits_path, levels, pack

ShownCommit = tuple[int, str, bytes, list[bytes]]  # size, signer, note, bodies

_README = Path(__file__).with_name("export-readme.txt")
_OURS = re.compile(
    r"(?:README|checkpoint|cosigned|vkeys\.txt"
    r"|(?:tile/[0-9]{1,2}|tile/entries|commits)/(?:x[0-9]{3}/)*[0-9]{3}(?P<width>\.p/[0-9]{1,3})?)"
    r"(?P<draft>\.new)?"
).fullmatch


@dataclass(frozen=True, slots=True)
class Log:
    """What an export is made of: the head that was verified, and how to get at the log.

    `leaf(seq)` is the verified hash of an entry; `commits_after(size)` are the commits beyond a size, still
    to be verified; `signers` are those in force at the head; `cosigned` is the newest head that a witness has signed.
    """

    origin: str
    head: Head
    signers: Signers
    leaf: Callable[[int], bytes]
    commits_after: Callable[[int], Iterable[ShownCommit]]
    cosigned: bytes = b""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: the size that the directory had and now has, and the number of files written."""

    before: int
    size: int
    root: bytes
    files: int


def export(log: Log, folder: Path) -> Exported:
    """Bring the directory up to the head of `log`; it is new or empty, or an earlier export of this log."""
    writer = _Writer(folder)
    begun = writer.tiles.size
    writer.check_extended_by(log)
    if begun < log.head.size:
        _append(writer, log)
    writer.finish(vkeys(log.origin, log.signers), log.cosigned)
    return Exported(begun, log.head.size, log.head.root, writer.files)


def _append(writer: _Writer, log: Log) -> None:
    """Verify the commits that are new to the directory, up to the head, and write them as they come."""
    tiles, held = writer.tiles, {log.head.size: log.head.root}
    follower = Follower.start(held=held)
    if tiles.size:
        # Positions decide who may sign, so the signers known at the head answer for every earlier place too.
        follower = Follower.resume(
            origin=log.origin, frontier=tiles.frontier(), last=writer.last, signers=log.signers, held=held
        )
    for size, signer, head, bodies in log.commits_after(tiles.size):
        if size > log.head.size:
            break  # written since the head was verified
        writer.add(bodies, follower.commit(bodies, head, signer).leaves, head)
    follower.verify_reached()


def vkeys(origin: str, signers: Signers) -> bytes:
    """Every key that ever signed, a line each: verifier key, signer, and the positions between which it may."""
    lines = [
        "# verifier key, signer, added at entry, revoked at entry; from the log, for convenience: trust the log"
    ]
    for each in signers.items():
        until = "-" if each.revoked is None else str(each.revoked)
        lines.append(f"{note.vkey(origin, each.public)} # {each.id} {each.added} {until}")
    return "\n".join([*lines, ""]).encode()


class _Writer:
    """The directory, and what of the log has not filled a file yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown = Folder(folder)
        self.files = 0
        self.tiles, self.last, self.note = Tiles(), bytes(HASH_SIZE), b""
        self.bodies: list[bytes] = []
        self.heads: list[bytes] = []
        self.touched: set[Path] = set()
        self._check_ours()
        if (folder / "checkpoint").exists():
            self._resume()

    def _check_ours(self) -> None:
        """A directory with anything in it that is not an export is left alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        readme = self.folder / "README"
        if any(each.name != "README.new" for each in self.folder.iterdir()) and (
            not readme.is_file() or readme.read_bytes() != _README.read_bytes()
        ):
            raise BadExport(f"{self.folder} holds something that is not an export of this format")
        self._put("README", _README.read_bytes())

    def _resume(self) -> None:
        """Stand where the directory ends, if its right edge is that of its own head."""
        self.note, head = self.shown.head()
        size, n, width = head.size, head.size // TILE_WIDTH, head.size % TILE_WIDTH
        self.tiles = Tiles.read(size, self.shown)
        if self.tiles.frontier().root() != head.root:
            raise BadExport(f"the tiles in {self.folder} are not those of its checkpoint; verify it first")
        if width:
            self.bodies = self.shown.entries(n, width)
            self.heads = [raw for _, raw in self.shown.notes(n, width)]
        last = self.shown.tile(0, n, width) if width else self.shown.tile(0, n - 1, TILE_WIDTH)
        self.last = last[-HASH_SIZE:]

    def check_extended_by(self, log: Log) -> None:
        """The log must go on where the directory ends. The last leaf stands for all before it: it is chained."""
        size = self.tiles.size
        if size > log.head.size:
            raise RolledBack(f"the export has {size} entries, the log ends here", seq=log.head.size)
        if size and log.leaf(size - 1) != self.last:
            ours = checkpoint.Checkpoint(log.origin, log.head.size, log.head.root).text().decode()
            message = f"the export in {self.folder} is of another history than this log"
            raise Forked(message, ours=ours, theirs=self.note.decode(), seq=size - 1)

    def add(self, bodies: list[bytes], leaves: Iterable[bytes], head: bytes) -> None:
        """One verified commit."""
        for body, leaf in zip(bodies, leaves, strict=True):
            if len(self.bodies) == TILE_WIDTH:
                self._write_bundles()
            self.bodies.append(body)
            self.last = leaf
            for full in self.tiles.fill(leaf):
                self._put_tile(full)
        self.heads.append(head)
        self.note = head
        if len(self.bodies) == TILE_WIDTH:
            self._write_bundles()

    def _write_bundles(self) -> None:
        n, width = (self.tiles.size - 1) // TILE_WIDTH, len(self.bodies)
        self._put(entries_path(n, width), pack(self.bodies))
        self._put(commits_path(n, width), pack(self.heads))
        if width == TILE_WIDTH:
            self.bodies, self.heads = [], []

    def _put_tile(self, tile: Tile) -> None:
        self._put(tile_path(tile.level, tile.n, tile.width), tile.hashes)

    def finish(self, keys: bytes, cosigned: bytes = b"") -> None:
        """Write what is not full, then the head, then remove what the head no longer asks for."""
        if self.bodies:
            self._write_bundles()
        for partial in self.tiles.partial():
            self._put_tile(partial)
        self._put("vkeys.txt", keys)
        if cosigned:
            self._put("cosigned", cosigned)
        self._sync_folders()
        self._put("checkpoint", self.note)
        self._sync_folders()
        self._sweep()

    def _put(self, name: str, data: bytes) -> None:
        """Write a file whole and durably, unless it is there already."""
        path = self.folder / name
        if path.is_file() and path.read_bytes() == data:
            return
        for parent in reversed([each for each in path.parents if not each.exists()]):
            parent.mkdir()
            self.touched.add(parent.parent)
        draft = path.with_name(path.name + ".new")
        with os.fdopen(
            os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o644), "wb"
        ) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self.touched.add(path.parent)
        self.files += 1

    def _sync_folders(self) -> None:
        for path in self.touched:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        self.touched.clear()

    def _sweep(self) -> None:
        """Remove drafts, and partial files of other sizes; whatever has a name that we do not give stays."""
        wanted = set(_partial_names(self.tiles.size))
        for path in list(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            ours = _OURS(name)
            if ours and path.is_file() and (ours["draft"] or (ours["width"] and name not in wanted)):
                path.unlink()
                if ours["width"] and not any(path.parent.iterdir()):
                    path.parent.rmdir()


def _partial_names(size: int) -> Iterator[str]:
    """The files of a log of `size` entries that are not full."""
    for level in levels(size):
        if width := size >> 8 * level & 255:
            yield tile_path(level, size >> 8 * (level + 1), width)
    if width := size % TILE_WIDTH:
        yield entries_path(size // TILE_WIDTH, width)
        yield commits_path(size // TILE_WIDTH, width)
