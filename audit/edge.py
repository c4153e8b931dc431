"""The growing end of a log: what is needed to judge or to make the next entry, and nothing older.

Readers and writers push entries over the same edge, so what is written is by construction what is accepted.
"""

from __future__ import annotations

from typing import NamedTuple

from audit.entry import GENESIS_PREV, Entry, leaf_hash
from audit.errors import BadChain
from audit.merkle import Frontier
from audit.signers import Signers, origin_of


class Head(NamedTuple):
    """How long the log is, the root over it, and its last leaf: what a client pins."""

    size: int
    root: bytes
    last: bytes


class Edge:
    """Mutable; whoever must not half-change works on a copy and keeps it when all went well."""

    __slots__ = ("frontier", "last", "origin", "signers", "vault_id")

    def __init__(
        self, origin: str, frontier: Frontier, last: bytes, signers: Signers, vault_id: bytes | None
    ) -> None:
        self.origin = origin
        self.frontier = frontier
        self.last = last
        self.signers = signers
        self.vault_id = vault_id

    @classmethod
    def start(cls) -> Edge:
        return cls("", Frontier(), GENESIS_PREV, Signers(), None)

    @property
    def size(self) -> int:
        return self.frontier.size

    def head(self) -> Head:
        return Head(self.size, self.frontier.root(), self.last)

    def copy(self) -> Edge:
        return Edge(self.origin, self.frontier.copy(), self.last, self.signers.copy(), self.vault_id)

    def push(self, entry: Entry, body: bytes) -> bytes:
        """Take `entry`, whose bytes are `body`, as the next one, and return its leaf."""
        if entry.seq != self.size:
            raise BadChain(f"what stands here calls itself entry {entry.seq}", seq=self.size)
        if entry.prev != self.last:
            raise BadChain("it does not follow the entry before: one of the two was changed", seq=self.size)
        self.signers.apply(entry)
        leaf = leaf_hash(body)
        if self.size == 0:
            self.origin, self.vault_id = origin_of(entry), leaf
        self.frontier.append(leaf)
        self.last = leaf
        return leaf
