"""Make the next commit: chained bodies, and a signed checkpoint over all of the log up to their end.

    writer = follower.writer(actor=..., time=..., public=...)
    entry  = writer.add("account.opened", subject, {...})         as often as needed
    made   = writer.seal(sign)                                    append its bodies and note, then accept it

Nothing here changes what a follower believes: what was made is accepted only after it is durable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.edge import Edge
from audit.entry import Entry, Json, encode
from audit.errors import BadChain, BadSignature


class Draft(NamedTuple):
    """What is to be recorded; who, when and where in the log it stands is added by the writer."""

    event: str
    subject: str
    data: dict[str, Json]


class Prepared(NamedTuple):
    """A commit that is ready to be appended. `after` is the end of the log once it has been."""

    signer: str
    entries: tuple[Entry, ...]
    bodies: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    note: bytes
    checkpoint: Checkpoint
    before: bytes
    after: Edge


class Writer:
    """One commit in the making, by one signer at one time. It owns the edge that it is given."""

    __slots__ = ("_actor", "_before", "_bodies", "_edge", "_entries", "_first", "_leaves", "_public", "_time")

    def __init__(self, edge: Edge, *, actor: str, time: str, public: bytes) -> None:
        self._edge = edge
        self._actor = actor
        self._time = time
        self._public = public
        self._first, self._before = edge.size, edge.last
        self._entries: list[Entry] = []
        self._bodies: list[bytes] = []
        self._leaves: list[bytes] = []
        if self._first:
            self._check_signer()

    def add(self, event: str, subject: str, data: dict[str, Json]) -> Entry:
        """Chain one more entry; an error leaves the commit as it was."""
        entry = Entry(self._edge.size, self._edge.last, self._time, self._actor, event, subject, data)
        body = encode(entry)
        self._leaves.append(self._edge.push(entry, body))
        self._bodies.append(body)
        self._entries.append(entry)
        return entry

    def seal(self, sign: Callable[[bytes], bytes]) -> Prepared:
        """Sign the head after the entries added so far."""
        if not self._entries:
            raise BadChain("a commit has at least one entry", seq=self._first)
        self._check_signer()
        head = Checkpoint(self._edge.origin, self._edge.size, self._edge.frontier.root())
        return Prepared(
            signer=self._actor,
            entries=tuple(self._entries),
            bodies=tuple(self._bodies),
            leaves=tuple(self._leaves),
            note=checkpoint.sign(head, public=self._public, sign=sign),
            checkpoint=head,
            before=self._before,
            after=self._edge.copy(),
        )

    def _check_signer(self) -> None:
        signer = self._edge.signers.in_force(self._actor, self._first)
        if signer.public != self._public:
            raise BadSignature(f"the key is not the one that {self._actor} signs with", seq=self._first)
