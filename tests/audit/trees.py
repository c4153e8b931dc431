"""Proofs of RFC 6962 from all the leaves of a tree: what those from tiles must equal."""

from __future__ import annotations

from collections.abc import Sequence

from audit import merkle


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(index, D), section 2.1.1."""
    return subtree_proof(leaves, index, index + 1)


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """PROOF(old, D), section 2.1.2."""
    return subtree_proof(leaves, 0, old)


def subtree_proof(leaves: Sequence[bytes], start: int, end: int) -> list[bytes]:
    """That D[start:end] is a part of the tree."""
    return merkle.range_proof(len(leaves), start, end, lambda low, high: merkle.tree_root(leaves[low:high]))
