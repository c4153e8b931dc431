"""The first pass over an export: every byte, the chain and the tree, as fast as hashing goes.

    leaf(n) = SHA-256(0x00 || body(n))      what tile/0 says, and what body(n + 1) names as `prev`
    tile(l + 1, n)                          made of the tiles below, up to the root that the checkpoint states

`prev` and `seq` are found in the bytes: in the canonical form nothing behind the last `"prev":"` can hold
another. Whether the form is canonical is the second pass's question, and until then nobody's signature counts.
Entries that change signers are decoded, so that the second pass knows the signers in force at each place.

The pass does not stop at a held head that differs: what a fork is worth depends on who signed.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from audit import b64
from audit.edge import Edge
from audit.entry import GENESIS_PREV, leaf_hash
from audit.errors import AuditError, BadChain, BadExport
from audit.folder import Folder
from audit.follow import decode_at
from audit.merkle import HASH_SIZE, TILE_WIDTH, Frontier, tile_path
from audit.signers import Signer, Signers, origin_of
from audit.tiles import Tiles, bundles, first_difference
from audit.words import VaultId

STRIDE = 8  # bundles between two places where the second pass can begin
_CHANGES_SIGNERS = b'"event":"signer.'

Progress = Callable[[str, int, int], None]  # what is done, how many entries of it, of how many


@dataclass(frozen=True, slots=True)
class Start:
    """A place where the second pass can begin: what is known of the log before bundle `bundle`."""

    bundle: int
    frontier: bytes
    last: bytes
    signers: tuple[Signer, ...]
    noted: int | None

    def edge(self, origin: str) -> Edge:
        """The end of the log before that bundle."""
        size = self.bundle * TILE_WIDTH
        return Edge(origin, Frontier.from_bytes(size, self.frontier), self.last, Signers(self.signers), None)


@dataclass(slots=True)
class Scan:
    """How far the first pass came. `error` is why it ended there; `noted` the last bundle with a head in it.

    `marks` tell a bundle that is read again later from one that was changed in between.
    """

    folder: Folder
    size: int
    vault_id: VaultId
    held: Mapping[int, frozenset[bytes]]
    origin: str = ""
    digest: bytes = b""
    tiles: Tiles = field(default_factory=Tiles)
    last: bytes = GENESIS_PREV
    signers: Signers = field(default_factory=Signers)
    starts: list[Start] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    noted: int | None = None
    forked: tuple[int, bytes] | None = (
        None  # the size of the held head that differs, and the root shown there
    )
    error: AuditError | None = None

    @property
    def reached(self) -> int:
        """The number of entries before the first that was found to be bad."""
        if self.error is None or self.error.seq is None:
            return self.tiles.size
        return self.error.seq

    def run(self, root: bytes, progress: Progress) -> Scan:
        """Read all, and keep the first error."""
        try:
            if self.size == 0:
                raise BadChain("the log is empty: there is no genesis", seq=0)
            for n, width in bundles(self.size):
                self._bundle(n, width)
                progress("hashed", self.tiles.size, self.size)
            self._check_end(root)
        except AuditError as error:
            self.error = error
        return self

    def _bundle(self, n: int, width: int) -> None:
        first = n * TILE_WIDTH
        if n % STRIDE == 0:
            edge = self.tiles.frontier().to_bytes()
            self.starts.append(Start(n, edge, self.last, self.signers.items(), self.noted))
        try:
            bodies, tile = self.folder.entries(n, width), self.folder.tile(0, n, width)
            self.noted = n if self.folder.has_notes(n, width) else self.noted
        except BadExport as exc:
            raise BadExport(exc.message, seq=first) from exc
        if n == 0:
            self._check_vault(bodies[0])
        leaves = chain(bodies, seq=first, last=self.last, tile=tile)
        self.marks.append(mark(leaves))
        self._follow_signers(bodies, first)
        self._check_held(tile)
        self.last = leaves[-1]
        for full in self.tiles.fill(tile):
            if full.level:
                self._check_tile(full.level, full.n, full.hashes)

    def _check_vault(self, genesis: bytes) -> None:
        """The first entry's hash is the vault id: with another one, nothing that follows is of this vault."""
        digest = leaf_hash(genesis)
        if not self.vault_id.matches(digest):
            raise BadChain(f"this is another vault: its id is {digest.hex()}", seq=0)
        entry = decode_at(genesis, 0)
        self.signers.apply(entry)
        self.origin, self.digest = origin_of(entry), digest

    def _follow_signers(self, bodies: list[bytes], first: int) -> None:
        for seq, body in enumerate(bodies, start=first):
            if _CHANGES_SIGNERS in body and seq:
                self.signers.apply(decode_at(body, seq))

    def _check_held(self, tile: bytes) -> None:
        """Compare the held heads of a size that this bundle reaches; keep the first that differs."""
        start, end = self.tiles.size, self.tiles.size + len(tile) // HASH_SIZE
        sizes = sorted(size for size in self.held if start < size <= end)
        if not sizes or self.forked is not None:
            return
        frontier = self.tiles.frontier()
        for size in sizes:
            while frontier.size < size:
                at = (frontier.size - start) * HASH_SIZE
                frontier.append(tile[at : at + HASH_SIZE])
            if self.held[size] != {frontier.root()}:
                self.forked = size, frontier.root()
                return

    def _check_tile(self, level: int, n: int, hashes: bytes) -> None:
        if self.folder.tile(level, n, len(hashes) // HASH_SIZE) != hashes:
            raise BadExport(f"{tile_path(level, n)} does not hold the roots of the tiles below it")

    def _check_end(self, root: bytes) -> None:
        for partial in self.tiles.partial():
            if partial.level:
                self._check_tile(partial.level, partial.n, partial.hashes)
        if self.tiles.frontier().root() != root:
            raise BadChain("the root in the newest head is not that of the entries")


def chain(bodies: list[bytes], *, seq: int, last: bytes, tile: bytes) -> list[bytes]:
    """The leaves of `bodies`, if each names the one before and has the hash that the tile says."""
    first, leaves = seq, []
    link = b64.encode(last).encode()
    for body in bodies:
        if not body.startswith(b'"prev":"%b","seq":%d,' % (link, seq), body.rfind(b'"prev":"')):
            break
        leaf = sha256(b"\0" + body).digest()
        leaves.append(leaf)
        link = b2a_base64(leaf, newline=False)
        seq += 1
    if b"".join(leaves) != tile:
        _blame(leaves, first, tile)
    return leaves


def mark(leaves: Iterable[bytes]) -> bytes:
    """One hash for the leaves of a bundle."""
    return sha256(b"".join(leaves)).digest()


def _blame(leaves: list[bytes], first: int, tile: bytes) -> None:
    """Name the first entry that is not what it was: the tile tells a changed entry from the one after it."""
    place = first_difference(leaves, tile)
    if place is not None:
        raise BadChain("its bytes have not the hash that stands in the tree", seq=first + place)
    raise BadChain(
        "it does not stand at its place, or does not follow the entry before", seq=first + len(leaves)
    )
