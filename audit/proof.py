"""Receipts: that one entry stands in a log, to be checked by somebody who has nothing else of it.

    c2sp.org/tlog-proof@v1 LF
    extra SP base64(body) LF                    the entry itself, so that a receipt can be read alone
    index SP n LF
    ( base64(sibling hash) LF )*                RFC 6962 section 2.1.1, from the leaf up
    LF
    checkpoint                                  a signed note

What a receipt is trusted for is its signer: the verifier key of whoever signed the head. A vault id cannot
stand for it, because the way from the first entry to a key goes through other entries. A verified log names
the key (`python -m audit verify` prints that of the newest head).

A proof reads a handful of tiles, whatever the size of the log.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit import b64, checkpoint, note
from audit.checkpoint import Checkpoint
from audit.entry import Entry, decode, leaf_hash
from audit.errors import BadProof, BadSignature
from audit.merkle import HASH_SIZE, TILE_WIDTH, node_hash, range_proof, verify_inclusion
from audit.note import Vkey
from audit.tiles import TileReader, perfect_root

MAGIC = "c2sp.org/tlog-proof@v1"
MAX_RECEIPT = 1_200_000  # a body of the greatest size in base64, and the longest note

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})").fullmatch


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a checked receipt proves: `entry` stands in the log under `head`, signed with `signer`."""

    entry: Entry
    head: Checkpoint
    signer: Vkey


class _Tree:
    """Roots of ranges of a log of `size` entries, out of tiles that are read once each."""

    __slots__ = ("_reader", "_size", "_tiles")

    def __init__(self, reader: TileReader, size: int) -> None:
        self._reader, self._size = reader, size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root(self, low: int, high: int) -> bytes:
        """The root over leaves low..high-1, a range in which the tree itself is cut."""
        roots = []
        while low < high:
            height = (high - low).bit_length() - 1
            roots.append(self._subtree(low, height))
            low += 1 << height
        root = roots.pop()
        while roots:
            root = node_hash(roots.pop(), root)
        return root

    def _subtree(self, low: int, height: int) -> bytes:
        level, count = height // 8, 1 << height % 8
        at = low >> 8 * level
        tile = self._tile(level, at // TILE_WIDTH)
        start = at % TILE_WIDTH * HASH_SIZE
        return perfect_root(tile[start : start + count * HASH_SIZE])

    def _tile(self, level: int, n: int) -> bytes:
        if (level, n) not in self._tiles:
            width = min(TILE_WIDTH, (self._size >> 8 * level) - n * TILE_WIDTH)
            self._tiles[level, n] = self._reader.tile(level, n, width)
        return self._tiles[level, n]


def inclusion_proof(tiles: TileReader, *, index: int, size: int) -> list[bytes]:
    """PATH(index, D[0:size]), RFC 6962 section 2.1.1."""
    if not 0 <= index < size:
        raise ValueError("the log has no entry at that index")
    return range_proof(size, index, index + 1, _Tree(tiles, size).root)


def consistency_proof(tiles: TileReader, *, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[0:size]), RFC 6962 section 2.1.2."""
    if not 0 < old <= size:
        raise ValueError("the log has no earlier state of that size")
    return range_proof(size, 0, old, _Tree(tiles, size).root)


def root_at(tiles: TileReader, *, size: int) -> bytes:
    """The root over the first `size` entries."""
    if size < 1:
        raise ValueError("a log with entries has a size")
    return _Tree(tiles, size).root(0, size)


def receipt(tiles: TileReader, *, head: bytes, index: int, body: bytes) -> str:
    """The receipt for the entry at `index`, whose bytes are `body`, under a signed head; BadProof if it is none."""
    signed = checkpoint.parse_text(note.parse(head).text)
    proof = inclusion_proof(tiles, index=index, size=signed.size)
    verify_inclusion(index=index, size=signed.size, leaf=leaf_hash(body), proof=proof, root=signed.root)
    lines = [MAGIC, f"extra {b64.encode(body)}", f"index {index}", *map(b64.encode, proof), "", head.decode()]
    return "\n".join(lines)


def check_receipt(text: bytes, *, vkeys: Sequence[Vkey], body: bytes | None = None) -> Receipt:
    """What the receipt proves under any of these keys. `body` is the entry, if not that in the receipt."""
    index, proof, extra, head = _parse(text)
    body = extra if body is None else body
    if body is None:
        raise BadProof("the receipt does not carry its entry: it must be given")
    signed, signer = _verify_head(head, vkeys)
    verify_inclusion(index=index, size=signed.size, leaf=leaf_hash(body), proof=proof, root=signed.root)
    entry = decode(body)
    if entry.seq != index:
        raise BadProof(f"the entry calls itself {entry.seq}, and stands at {index}")
    return Receipt(entry, signed, signer)


def _verify_head(head: bytes, vkeys: Sequence[Vkey]) -> tuple[Checkpoint, Vkey]:
    lines = {(each.name, each.key_id) for each in note.parse(head).signatures}
    signed_by = [vkey for vkey in vkeys if vkey.kind == note.ED25519 and (vkey.name, vkey.key_id) in lines]
    heads = [checkpoint.verify(head, origin=vkey.name, public=vkey.public) for vkey in signed_by]
    if not heads:
        raise BadSignature("the head in the receipt is not signed with a key that was given")
    return heads[0], signed_by[0]


def _parse(text: bytes) -> tuple[int, list[bytes], bytes | None, bytes]:
    """Index, hashes, extra data and head, unverified."""
    if len(text) > MAX_RECEIPT:
        raise BadProof("the receipt is too long")
    top, gap, head = text.partition(b"\n\n")
    try:
        lines = top.decode("ascii").split("\n")
        magic = lines.pop(0)
        extra = b64.decode(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        index = _INDEX(lines.pop(0) if lines else "")
        proof = [b64.decode_sized(line, HASH_SIZE) for line in lines]
    except ValueError as exc:
        raise BadProof("a line of the receipt is not in its form") from exc
    if not gap or magic != MAGIC or index is None:
        raise BadProof(f"a receipt is {MAGIC}, an index, hashes, an empty line and a checkpoint")
    return int(index[1]), proof, extra, head
