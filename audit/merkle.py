"""The tree over the entries' hashes: RFC 6962 section 2.1, and C2SP tlog-tiles for keeping it.

    leaf(n)    = SHA-256(0x00 || body(n))                  made in `audit.entry`
    node(l, r) = SHA-256(0x01 || l || r)
    root(D)    = node(root(D[:k]), root(D[k:])), k the largest 2^i < len(D); SHA-256("") when empty
    tile(l, n) = the roots of D[(256n + i) 256^l : (256n + i + 1) 256^l], i = 0 .. 255

Proofs are made from whatever can name the root over a range: a few tiles in `audit.proof`, all the leaves in the tests.
Verifying one asks for at most 126 hashes, because the length that its sizes demand is checked before any hashing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from audit.errors import BadProof

HASH_SIZE = 32
TILE_WIDTH = 256
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a tree: the roots of its full subtrees, biggest first, one for each bit of its size.

    All that is needed to append and to name the root: at most 63 hashes, whatever the size of the log.
    """

    __slots__ = ("hashes", "size")

    def __init__(self) -> None:
        self.size = 0
        self.hashes: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        if len(leaf) != HASH_SIZE:
            raise ValueError("a leaf is a hash of 32 bytes")
        joined, size = leaf, self.size
        while size & 1:
            joined = node_hash(self.hashes.pop(), joined)
            size >>= 1
        self.hashes.append(joined)
        self.size += 1

    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:  # node_hash, written out: it is asked for at every commit of a log
            root = sha256(b"\1" + left + root).digest()
        return root

    def copy(self) -> Frontier:
        twin = Frontier()
        twin.size, twin.hashes = self.size, self.hashes.copy()
        return twin

    def to_bytes(self) -> bytes:
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> Frontier:
        """The frontier kept earlier; BadProof if so many bytes cannot be the edge of a tree of that size."""
        if not 0 <= size <= MAX_SIZE or len(raw) != HASH_SIZE * size.bit_count():
            raise BadProof(f"{len(raw)} bytes are not the right edge of a tree of {size} leaves")
        frontier = cls()
        frontier.size, frontier.hashes = size, _split(raw)
        return frontier


def tree_root(leaves: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def range_proof(size: int, start: int, end: int, root: Callable[[int, int], bytes]) -> list[bytes]:
    """That D[start:end] is a part of the tree of `size` leaves: the one recursion behind both proofs of RFC 6962.

    SUBTREE_PROOF of draft-ietf-plants-merkle-tree-certs: one leaf makes it PATH, start = 0 makes it PROOF.
    `root(low, high)` is the root over leaves low..high-1.
    """
    proof: list[bytes] = []
    known = True  # the verifier holds root(D[start:end]) itself, until the subtree is cut in two
    low, high = 0, size
    while (start, end) != (low, high):
        middle = low + _split_point(high - low)
        if end <= middle:
            proof.append(root(middle, high))
            high = middle
        else:
            proof.append(root(low, middle))
            if start < middle:
                start, known = middle, False
            low = middle
    if not known:
        proof.append(root(low, high))
    return proof[::-1]


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bytes:
    """`leaf`, proven to stand at `index` of the tree of `size` leaves (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size <= MAX_SIZE:
        raise BadProof(f"a tree of {size} leaves has none at {index}")
    _check_hashes(leaf, root, *proof)
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(proof) != inner + border:
        raise BadProof("the proof has not the length that its position asks for")
    if _climb(leaf, index, inner, proof) != root:
        raise BadProof("the hashes do not lead to the root")
    return leaf


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bytes:
    """`new_root`, proven to extend the tree of `old` leaves (RFC 9162 section 2.1.4.2).

    Every log extends the empty one, so a proof from size 0 says nothing and is refused.
    """
    if not 0 < old <= new <= MAX_SIZE:
        raise BadProof(f"no tree of {old} leaves grows into one of {new}")
    if old == new:
        if proof or old_root != new_root:
            raise BadProof("one size, two roots")
        return new_root
    _check_hashes(old_root, new_root, *proof)
    shift = (old & -old).bit_length() - 1
    # A whole power of two is a subtree of the new tree: its root is the first hash, and is not sent.
    seed, path = (old_root, proof) if old == 1 << shift else (proof[0] if proof else b"", proof[1:])
    index = (old - 1) >> shift
    inner = ((old - 1) ^ (new - 1)).bit_length() - shift
    if not seed or len(path) != inner + (index >> inner).bit_count():
        raise BadProof("the proof has not the length that its sizes ask for")
    if _climb_left(seed, index, inner, path) != old_root or _climb(seed, index, inner, path) != new_root:
        raise BadProof("the hashes do not lead to both roots")
    return new_root


def tile_root(tile: bytes) -> bytes:
    """The hash that stands for a full tile one level up; a partial tile has none."""
    if len(tile) != TILE_WIDTH * HASH_SIZE:
        raise BadProof(f"a full tile has {TILE_WIDTH * HASH_SIZE} bytes, not {len(tile)}")
    return tree_root(_split(tile))


def tile_path(level: int, n: int, width: int = TILE_WIDTH) -> str:
    """Where tlog-tiles keeps tile `n`: `tile/0/x001/x234/067`, or `tile/0/000.p/112` when partial."""
    if not 0 <= level <= 63:
        raise ValueError("tile levels run from 0 to 63")
    return f"tile/{level}/{_numbered(n, width)}"


def entries_path(n: int, width: int = TILE_WIDTH) -> str:
    return f"tile/entries/{_numbered(n, width)}"


def _numbered(n: int, width: int) -> str:
    if n < 0 or not 1 <= width <= TILE_WIDTH:
        raise ValueError("a tile has a number and 1 to 256 hashes")
    path = f"{n % 1000:03}"
    while n := n // 1000:
        path = f"x{n % 1000:03}/{path}"
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def _split(raw: bytes) -> list[bytes]:
    return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]


def _split_point(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _check_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise BadProof("a hash has 32 bytes")


def _climb(seed: bytes, index: int, inner: int, proof: Sequence[bytes]) -> bytes:
    """From `seed` to the root: siblings on both sides for `inner` levels, then only left ones."""
    for level, sibling in enumerate(proof):
        on_left = level >= inner or index >> level & 1
        seed = node_hash(sibling, seed) if on_left else node_hash(seed, sibling)
    return seed


def _climb_left(seed: bytes, index: int, inner: int, proof: Sequence[bytes]) -> bytes:
    """From `seed` to the old root: what stands to the right of it did not exist yet."""
    for level, sibling in enumerate(proof):
        if level >= inner or index >> level & 1:
            seed = node_hash(sibling, seed)
    return seed
