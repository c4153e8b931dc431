"""The tree equals RFC 6962's, in roots, proofs and tiles."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import merkle
from audit.errors import BadProof
from audit.merkle import Frontier
from tests.audit import trees
from tests.audit.given import vector, vectors

# RFC 6962 tree of the eight leaves of the Certificate Transparency test suite.
LEAF_INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaf(content: bytes) -> bytes:
    return sha256(b"\0" + content).digest()


LEAVES = [leaf(bytes.fromhex(each)) for each in LEAF_INPUTS]
MANY = [leaf(bytes([n])) for n in range(130)]


def test_roots_of_the_eight_leaf_tree():
    """The roots of the trees of 0 to 8 leaves are those that Certificate Transparency publishes."""
    assert [merkle.tree_root(LEAVES[:n]).hex() for n in range(9)] == ROOTS
    assert ROOTS[0] == merkle.EMPTY_ROOT.hex() == Frontier().root().hex()


def test_published_tree_and_hasher():
    """Every node of the published tree and the published hasher values are equal to ours."""
    tree, hasher = vectors("rfc6962", "tree8.json"), vectors("rfc6962", "hasher.json")
    assert tree["leaf_inputs_hex"] == LEAF_INPUTS and tree["roots_hex"] == ROOTS
    for level, row in enumerate(tree["node_hashes_hex_by_level"]):
        width = 1 << level
        assert row == [merkle.tree_root(LEAVES[n : n + width]).hex() for n in range(0, 8, width)]
    assert hasher["empty_root"] == merkle.EMPTY_ROOT.hex()
    for case in hasher["leaf"]:
        assert case["hash"] == leaf(bytes.fromhex(case["input_hex"])).hex()
    for case in hasher["node"]:
        joined = merkle.node_hash(bytes.fromhex(case["left_hex"]), bytes.fromhex(case["right_hex"]))
        assert case["hash"] == joined.hex()


def test_accumulated_proofs(monkeypatch):
    """All proofs of all trees of 0 to 130 leaves hash to the three values published for them."""
    monkeypatch.setattr(merkle, "tree_root", remembering(merkle.tree_root))
    published = vectors("rfc6962", "accumulated.json")
    roots, paths, proofs = sha256(), sha256(), sha256()
    for end in range(131):
        for start in range(end + 1):
            if not valid_subtree(start, end):
                continue
            inside = MANY[start:end]
            roots.update(f"[{start}, {end}) {merkle.tree_root(inside).hex()}\n".encode())
            for index in range(start, end):
                path = trees.inclusion_proof(inside, index - start)
                paths.update(line(f"{index} [{start}, {end})", path))
    for n in range(131):
        for end in range(n + 1):
            for start in range(end + 1):
                if valid_subtree(start, end):
                    proof = trees.subtree_proof(MANY[:n], start, end) if start < end else []
                    proofs.update(line(f"[{start}, {end}) {n}", proof))
    assert published["subtree_hash"]["sha256"] == roots.hexdigest()
    assert published["subtree_inclusion"]["sha256"] == paths.hexdigest()
    assert published["subtree_consistency"]["sha256"] == proofs.hexdigest()


def remembering(tree_root):
    """`tree_root` once for each run of MANY, whose leaves all differ: first leaf and length name it."""
    known = {}

    def root(leaves):
        name = (leaves[0] if leaves else b"", len(leaves))
        if name not in known:
            known[name] = tree_root(leaves)
        return known[name]

    return root


def valid_subtree(start: int, end: int) -> bool:
    return start in (0, end) or start % (1 << (end - start - 1).bit_length()) == 0


def line(head: str, proof: list[bytes]) -> bytes:
    return (head + "".join(f" {each.hex()}" for each in proof) + "\n").encode()


def cases(kind: str):
    paths = sorted(vector("transparency-dev-merkle", "testdata", kind).rglob("*.json"))
    assert len(paths) == 98
    return [json.loads(path.read_text()) for path in paths]


def unb64(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_published_inclusion_proofs():
    """The 6 good inclusion proofs are accepted and the 92 bad ones are refused."""
    refused = 0
    for case in cases("inclusion"):
        proof = [unb64(each) for each in case["proof"] or []]
        claim = {"index": case["leafIdx"], "size": case["treeSize"], "leaf": unb64(case["leafHash"])}
        try:
            merkle.verify_inclusion(**claim, proof=proof, root=unb64(case["root"]))
        except BadProof:
            refused += 1
            assert case["wantErr"], case["desc"]
        else:
            assert not case["wantErr"], case["desc"]
    assert refused == 92


def test_published_consistency_proofs():
    """The 6 good consistency proofs are accepted and the 92 bad ones are refused."""
    refused = 0
    for case in cases("consistency"):
        proof = [unb64(each) for each in case["proof"] or []]
        claim = {"old": case["size1"], "new": case["size2"], "old_root": unb64(case["root1"])}
        try:
            merkle.verify_consistency(**claim, new_root=unb64(case["root2"]), proof=proof)
        except BadProof:
            refused += 1
            assert case["wantErr"], case["desc"]
        else:
            assert not case["wantErr"], case["desc"]
    assert refused == 92


def test_every_proof_of_small_trees_verifies():
    """Whatever proof is made for a tree of up to 40 leaves verifies, and returns what it proves."""
    for size in range(1, 41):
        leaves, root = MANY[:size], merkle.tree_root(MANY[:size])
        for n in range(size):
            path = trees.inclusion_proof(leaves, n)
            assert leaves[n] == merkle.verify_inclusion(
                index=n, size=size, leaf=leaves[n], proof=path, root=root
            )
            old = merkle.tree_root(leaves[: n + 1])
            proof = trees.consistency_proof(leaves, n + 1)
            claim = {"old": n + 1, "new": size, "old_root": old, "new_root": root}
            assert root == merkle.verify_consistency(**claim, proof=proof)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 8])
def test_any_changed_bit_of_a_proof_is_refused(size):
    """A proof with one bit changed, one hash more or one hash less proves nothing."""
    leaves, root = LEAVES, merkle.tree_root(LEAVES)
    path, proof = trees.inclusion_proof(leaves, size - 1), trees.consistency_proof(leaves, size)
    old = merkle.tree_root(leaves[:size])
    for bad in damaged(path):
        with pytest.raises(BadProof):
            merkle.verify_inclusion(index=size - 1, size=8, leaf=leaves[size - 1], proof=bad, root=root)
    for bad in damaged(proof):
        with pytest.raises(BadProof):
            merkle.verify_consistency(old=size, new=8, old_root=old, new_root=root, proof=bad)


def damaged(proof: list[bytes]):
    yield [*proof, bytes(32)]
    for n, each in enumerate(proof):
        yield proof[:n] + proof[n + 1 :]
        yield [*proof[:n], bytes([each[0] ^ 1]) + each[1:], *proof[n + 1 :]]
        yield [*proof[:n], each[1:], *proof[n + 1 :]]


@pytest.mark.parametrize(("index", "size"), [(-1, 8), (8, 8), (0, 0), (0, 2**63)])
def test_an_index_outside_the_tree_is_refused_before_any_hashing(index, size):
    """Bounds come first: neither a negative index nor one behind the end is looked at."""
    with pytest.raises(BadProof, match="has none"):
        merkle.verify_inclusion(index=index, size=size, leaf=LEAVES[0], proof=[], root=LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 8), (9, 8), (-1, 8), (1, 2**63)])
def test_a_consistency_proof_from_nothing_or_backwards_is_refused(old, new):
    """From the empty tree everything follows, so it proves nothing; nor does a log shrink."""
    with pytest.raises(BadProof, match="grows into"):
        merkle.verify_consistency(old=old, new=new, old_root=bytes(32), new_root=bytes(32), proof=[])


@pytest.mark.parametrize("old", [1, 3, 4, 6])
def test_a_consistency_proof_holds_both_roots(old):
    """A proof is refused if either root is another one, though it leads to the other."""
    old_root, new_root = merkle.tree_root(LEAVES[:old]), merkle.tree_root(LEAVES)
    proof = trees.consistency_proof(LEAVES, old)
    for roots in ((bytes(32), new_root), (old_root, bytes(32))):
        with pytest.raises(BadProof):
            merkle.verify_consistency(old=old, new=8, old_root=roots[0], new_root=roots[1], proof=proof)


def test_two_roots_of_one_size_are_refused():
    """Equal sizes need equal roots and an empty proof."""
    root = merkle.tree_root(LEAVES)
    assert root == merkle.verify_consistency(old=8, new=8, old_root=root, new_root=root, proof=[])
    for new_root, proof in [(bytes(32), []), (root, [root])]:
        with pytest.raises(BadProof, match="two roots"):
            merkle.verify_consistency(old=8, new=8, old_root=root, new_root=new_root, proof=proof)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 600), st.integers(0, 600))
def test_a_frontier_kept_and_reloaded_goes_on_as_if_never_stored(first, second):
    """Storing the right edge and going on from it gives the root over all leaves."""
    leaves = [leaf(n.to_bytes(4, "big")) for n in range(first + second)]
    frontier = Frontier()
    for each in leaves[:first]:
        frontier.append(each)
    reloaded = Frontier.from_bytes(first, frontier.to_bytes())
    for each in leaves[first:]:
        reloaded.append(each)
    assert (merkle.tree_root(leaves), len(leaves)) == (reloaded.root(), reloaded.size)
    assert first == frontier.size


def test_a_copied_frontier_is_independent():
    """Appending to a copy leaves the original where it was."""
    frontier = Frontier()
    frontier.append(LEAVES[0])
    twin = frontier.copy()
    twin.append(LEAVES[1])
    assert (1, LEAVES[0], 2) == (frontier.size, frontier.root(), twin.size)


@pytest.mark.parametrize(
    ("size", "raw"), [(0, bytes(32)), (1, b""), (2, bytes(64)), (3, bytes(65)), (-1, bytes(32))]
)
def test_a_frontier_of_the_wrong_length_is_refused(size, raw):
    """A tree's edge has one hash for each bit of its size."""
    with pytest.raises(BadProof, match="right edge"):
        Frontier.from_bytes(size, raw)


def test_a_leaf_is_a_hash():
    """Appending something that is not 32 bytes is the caller's mistake."""
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"short")


def test_a_tile_stands_for_its_subtree():
    """The hash of a full tile is the RFC 6962 root over its 256 hashes; a partial tile has none."""
    hashes = [leaf(bytes([n])) for n in range(256)]
    assert merkle.tree_root(hashes) == merkle.tile_root(b"".join(hashes))
    for raw in (b"", b"".join(hashes[:-1]), b"".join(hashes) + bytes(32)):
        with pytest.raises(BadProof, match="full tile"):
            merkle.tile_root(raw)


def test_tile_paths_are_those_of_the_specification():
    """Index 1234067 is x001/x234/067, and partial tiles carry their width."""
    assert merkle.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert merkle.tile_path(63, 0, 112) == "tile/63/000.p/112"
    assert merkle.tile_path(1, 1000) == "tile/1/x001/000"
    assert merkle.entries_path(999) == "tile/entries/999"
    assert merkle.entries_path(1000, 1) == "tile/entries/x001/000.p/1"


@pytest.mark.parametrize(
    ("level", "n", "width"), [(-1, 0, 256), (64, 0, 256), (0, -1, 256), (0, 0, 0), (0, 0, 257)]
)
def test_no_path_for_a_tile_that_cannot_be(level, n, width):
    """Levels, numbers and widths outside the specification are the caller's mistake."""
    with pytest.raises(ValueError, match="tile"):
        merkle.tile_path(level, n, width)
