"""A receipt proves one entry to somebody who has nothing else of the log."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from audit import b64, merkle
from audit.entry import leaf_hash
from audit.errors import AuditError, BadProof, BadSignature
from audit.folder import Folder
from audit.note import parse_vkey, vkey
from audit.proof import check_receipt, consistency_proof, inclusion_proof, receipt, root_at
from audit.tiles import Tiles, bundles, levels, pack, unpack
from tests.audit import trees
from tests.audit.exports import forge, long_log, write_export
from tests.audit.given import ADA, BEA, ORIGIN

ADA_KEY, BEA_KEY = parse_vkey(vkey(ORIGIN, ADA.public)), parse_vkey(vkey(ORIGIN, BEA.public))
LOG = long_log(3, 250, 1, 1, 254, 1, 700, 30)
BODIES = [body for made in LOG for body in made.bodies]
LEAVES = [leaf_hash(body) for body in BODIES]
NOTE = LOG[-1].note


class Kept:
    """Tiles in memory, as `Tiles` makes them; it counts what is read."""

    def __init__(self, leaves) -> None:
        self.rows: dict[tuple[int, int], bytes] = {}
        self.read = 0
        edge = Tiles()
        for leaf in leaves:
            for full in edge.fill(leaf):
                self.rows[full.level, full.n] = full.hashes
        for partial in edge.partial():
            self.rows[partial.level, partial.n] = partial.hashes
        self.edge = edge

    def tile(self, level: int, n: int, width: int) -> bytes:
        self.read += 1
        return self.rows[level, n][: width * 32]


def made(index: int = 700) -> bytes:
    return receipt(Kept(LEAVES), head=NOTE, index=index, body=BODIES[index]).encode()


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 1000, len(LEAVES)])
def test_proofs_from_tiles_are_those_from_all_leaves(size):
    """Inclusion and consistency, at sizes around the edges of tiles; few tiles are read for each."""
    kept = Kept(LEAVES[:size])
    for index in {0, 1, 254, 255, 256, size // 2, size - 1}:
        if index < size:
            kept.read = 0
            assert inclusion_proof(kept, index=index, size=size) == trees.inclusion_proof(
                LEAVES[:size], index
            )
            assert kept.read <= 1 + size // 256 + 1
            assert consistency_proof(kept, old=index + 1, size=size) == trees.consistency_proof(
                LEAVES[:size], index + 1
            )
    for bad in (-1, size):
        with pytest.raises(ValueError, match="no entry"):
            inclusion_proof(kept, index=bad, size=size)
    for bad in (0, size + 1):
        with pytest.raises(ValueError, match="no earlier state"):
            consistency_proof(kept, old=bad, size=size)
    assert root_at(kept, size=size) == merkle.tree_root(LEAVES[:size])


@pytest.mark.parametrize("size", [0, -1])
def test_a_root_over_nothing_is_asked_of_nobodys_tiles(size):
    """An empty log has its root by definition: whoever reads tiles for it has lost count."""
    kept = Kept(LEAVES[:300])
    with pytest.raises(ValueError, match="has a size"):
        root_at(kept, size=size)
    assert kept.read == 0


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])
def test_the_right_edge_is_read_back_from_its_tiles(size):
    """What the partial tiles hold is enough to append; the root is the tree's."""
    kept = Kept([bytes([n % 251]) * 32 for n in range(size)])
    again = Tiles.read(size, kept)
    assert (again.size, again.partial()) == (size, kept.edge.partial())
    assert again.frontier().root() == merkle.tree_root(bytes([n % 251]) * 32 for n in range(size))
    assert sum(width for _, width in bundles(size)) == size
    assert len(levels(size)) == sum(size >= 256**level for level in range(4))


def test_a_bundle_is_read_back_whole_or_not_at_all():
    """Two bytes of length before each item; a cut anywhere inside is found."""
    raw = pack([b"", b"ab", b"c" * 300])
    assert unpack(raw) == [b"", b"ab", b"c" * 300]
    for cut in range(len(raw)):
        if cut not in (0, 2, 6):
            with pytest.raises(AuditError):
                unpack(raw[:cut])


def test_a_receipt_is_checked_with_the_signers_key(tmp_path):
    """From an export, for its first and last entry too; the body may come from elsewhere."""
    write_export(tmp_path, LOG)
    for index in (0, 255, 256, len(BODIES) - 1):
        text = receipt(Folder(tmp_path), head=NOTE, index=index, body=BODIES[index]).encode()
        found = check_receipt(text, vkeys=[BEA_KEY, ADA_KEY])
        assert (found.entry.seq, found.head, found.signer) == (index, LOG[-1].checkpoint, signer())
        bare = b"\n".join(line for line in text.split(b"\n") if not line.startswith(b"extra "))
        assert check_receipt(bare, vkeys=[signer()], body=BODIES[index]).entry.seq == index
        with pytest.raises(BadProof, match="does not carry its entry"):
            check_receipt(bare, vkeys=[signer()])
        with pytest.raises(BadProof):
            check_receipt(text, vkeys=[signer()], body=BODIES[index - 1])


def signer():
    return ADA_KEY if LOG[-1].signer == "ada" else BEA_KEY


def test_another_key_proves_nothing():
    """The trust root is the key of who signed the head."""
    with pytest.raises(BadSignature, match="not signed with a key that was given"):
        check_receipt(made(), vkeys=[BEA_KEY if signer() is ADA_KEY else ADA_KEY])
    with pytest.raises(BadSignature):
        check_receipt(made(), vkeys=[])


def test_no_changed_byte_of_a_receipt_survives():
    """Two bit flips and one deletion at every byte."""
    text = made()
    for at in range(len(text)):
        for bad in (
            text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :],
            text[:at] + bytes([text[at] ^ 0x20]) + text[at + 1 :],
            text[:at] + text[at + 1 :],
        ):
            with pytest.raises(AuditError):
                check_receipt(bad, vkeys=[signer()])


def test_a_receipt_is_only_made_of_what_is_true():
    """A body that does not stand there gets no receipt."""
    with pytest.raises(BadProof):
        receipt(Kept(LEAVES), head=NOTE, index=3, body=BODIES[4])


def test_an_entry_proves_its_own_place_only(tmp_path):
    """An entry that calls itself another number than its place is refused."""
    from audit import checkpoint
    from audit.checkpoint import Checkpoint

    bodies = [*BODIES[:2], BODIES[4]]
    head = Checkpoint(ORIGIN, 3, merkle.tree_root(map(leaf_hash, bodies)))
    note = checkpoint.sign(head, public=ADA.public, sign=ADA.sign)
    forge(tmp_path, [(bodies, note)])
    text = receipt(Folder(tmp_path), head=note, index=2, body=bodies[2]).encode()
    with pytest.raises(BadProof, match="calls itself 4"):
        check_receipt(text, vkeys=[ADA_KEY])


@pytest.mark.parametrize(
    "text",
    [b"", b"\n\n", b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v1\n\n", b"x" * 1_200_001, b"\xff\n\n"],
)
def test_what_is_no_receipt_is_refused(text):
    """Short, long and foreign bytes."""
    with pytest.raises(BadProof):
        check_receipt(text, vkeys=[ADA_KEY])


def test_a_receipt_is_quick(tmp_path):
    """A handful of tiles whatever the size: measured at 70,000 entries with room to spare."""
    leaves = [leaf_hash(b64.encode(n.to_bytes(4)).encode()) for n in range(70_000)]
    kept = Kept(leaves)
    start = time.perf_counter()
    proof = inclusion_proof(kept, index=12_345, size=len(leaves))
    assert time.perf_counter() - start < 0.2
    assert kept.read <= 4
    merkle.verify_inclusion(
        index=12_345, size=len(leaves), leaf=leaves[12_345], proof=proof, root=kept.edge.frontier().root()
    )


def test_a_folder_reads_receipts(tmp_path: Path):
    """An export is a reader of tiles."""
    write_export(tmp_path, LOG)
    assert Folder(tmp_path).tile(0, 0, 256) == b"".join(LEAVES[:256])
