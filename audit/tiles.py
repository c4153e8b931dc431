"""The right edge of a log in tiles (c2sp.org/tlog-tiles), and the files that a log of some size is kept in.

    tile(l, n)       256 hashes; the root of a full one is hash n of level l + 1. A partial tile has no root yet
    bundle(n)        ( uint16-be length || bytes )*         entries 256n .. 256n + 255, or the notes of the
                                                            commits that end with one of these entries
    width at level l of a log of `size` entries = (size >> 8l) & 255, of the tile size >> 8(l + 1)

A log of a given size has these files and no others, so whoever knows the size need not look for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

from audit.errors import BadExport
from audit.merkle import HASH_SIZE, TILE_WIDTH, Frontier, entries_path

TILE_SIZE = TILE_WIDTH * HASH_SIZE
_PAIR = 2 * HASH_SIZE


class Tile(NamedTuple):
    """A tile by its place; `hashes` are 32 bytes each, one after the other."""

    level: int
    n: int
    hashes: bytes

    @property
    def width(self) -> int:
        return len(self.hashes) // HASH_SIZE


class TileReader(Protocol):
    """Whatever keeps tiles: an export, or the vault's own database."""

    def tile(self, level: int, n: int, width: int) -> bytes:
        """The first `width` hashes of a tile; an error if they are not there."""
        ...


class Tiles:
    """The tiles that are not full yet, one for each level: all that is needed to append."""

    __slots__ = ("levels", "size")

    def __init__(self) -> None:
        self.size = 0
        self.levels: list[bytes] = []

    @classmethod
    def read(cls, size: int, reader: TileReader) -> Tiles:
        """The right edge of a log of `size` entries, from the partial tiles kept of it."""
        tiles = cls()
        tiles.size = size
        for level in levels(size):
            width = size >> 8 * level & 255
            tiles.levels.append(reader.tile(level, size >> 8 * (level + 1), width) if width else b"")
        return tiles

    def fill(self, leaves: bytes) -> list[Tile]:
        """Append leaves that end in the tile begun, at the latest; the tiles now full, lowest first."""
        full: list[Tile] = []
        self.size += len(leaves) // HASH_SIZE
        level = 0
        while True:
            if level == len(self.levels):
                self.levels.append(b"")
            row = self.levels[level] + leaves
            if len(row) < TILE_SIZE:
                self.levels[level] = row
                return full
            full.append(Tile(level, (self.size >> 8 * (level + 1)) - 1, row))
            self.levels[level] = b""
            leaves, level = perfect_root(row), level + 1

    def partial(self) -> list[Tile]:
        """The tiles at the right edge that are begun and not full."""
        return [
            Tile(level, self.size >> 8 * (level + 1), row) for level, row in enumerate(self.levels) if row
        ]

    def frontier(self) -> Frontier:
        """The same edge as the roots of full subtrees."""
        hashes = (each for row in reversed(self.levels) for each in _subtrees(row))
        return Frontier.from_bytes(self.size, b"".join(hashes))


def levels(size: int) -> range:
    """The levels at which a log of `size` entries has tiles."""
    return range((size.bit_length() + 7) // 8)


def perfect_root(hashes: bytes) -> bytes:
    """The root over 1, 2, 4, 8 … hashes."""
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [sha256(b"\1" + hashes[at : at + _PAIR]).digest() for at in range(0, len(hashes), _PAIR)]
        )
    return hashes


def commits_path(n: int, width: int = TILE_WIDTH) -> str:
    """Where an export keeps the notes of the commits that end in bundle `n`."""
    return entries_path(n, width).replace("tile/entries", "commits", 1)


def bundles(size: int) -> Iterator[tuple[int, int]]:
    """The number and width of every bundle of a log of `size` entries."""
    for start in range(0, size, TILE_WIDTH):
        yield start // TILE_WIDTH, min(TILE_WIDTH, size - start)


def pack(items: Iterable[bytes]) -> bytes:
    return b"".join([len(item).to_bytes(2) + item for item in items])


def unpack(raw: bytes) -> list[bytes]:
    """The items of a bundle; BadExport if it ends inside one."""
    items: list[bytes] = []
    at, end = 0, len(raw)
    try:
        while at < end:
            start = at + 2
            at = start + (raw[at] << 8 | raw[at + 1])
            items.append(raw[start:at])
    except IndexError:
        at = -1
    if at != end:
        raise BadExport("a bundle ends inside an item")
    return items


def first_difference(ours: Sequence[bytes], theirs: bytes) -> int | None:
    """The first place where a tile does not hold the hash that it should."""
    for place, each in enumerate(ours):
        if each != theirs[place * HASH_SIZE : (place + 1) * HASH_SIZE]:
            return place
    return None


def _subtrees(row: bytes) -> Iterator[bytes]:
    """The roots of the full subtrees in a partial tile, biggest first."""
    at = 0
    for bit in (128, 64, 32, 16, 8, 4, 2, 1):
        width = bit * HASH_SIZE
        if len(row) & width:
            yield perfect_root(row[at : at + width])
            at += width
