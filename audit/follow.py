"""Follow a log commit by commit and believe nothing that is not proven.

A commit is believed if every body is an entry in its one form, each continues the one before, all have the
same actor, that actor's key is in force at the first of them, and it has signed a checkpoint with this log's
origin and with the size and root that these entries lead to. Otherwise an error names the first bad entry and
the follower is unchanged.

Held heads (sizes and roots known from elsewhere: a pin, an invitation, a witness) are compared as the log
grows past them; {1: vault id} is one. Without any, a follower shows that the log is whole in itself, not that
it is the only one or the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.edge import Edge, Head
from audit.entry import Entry, decode
from audit.errors import AuditError, BadChain, BadEntry, BadNote, Forked, RolledBack
from audit.merkle import Frontier
from audit.signers import Signer, Signers
from audit.write import Draft, Prepared, Writer

__all__ = ["Commit", "Draft", "Follower", "Head", "Prepared", "Writer"]


class Commit(NamedTuple):
    """What a verified commit holds; `ignored` are the positions of its void signer events."""

    entries: tuple[Entry, ...]
    leaves: tuple[bytes, ...]
    checkpoint: Checkpoint
    ignored: tuple[int, ...]


class Follower:
    """A log as far as it has been verified. Every method either succeeds or changes nothing."""

    # The edge is replaced, never changed in place: that makes every method all or nothing.
    __slots__ = ("_edge", "_held")

    def __init__(self, edge: Edge, held: Mapping[int, bytes]) -> None:
        self._edge = edge
        self._held: dict[int, bytes] = {}
        for size, root in held.items():
            self.hold(Checkpoint(edge.origin, size, root))

    @classmethod
    def start(cls, *, held: Mapping[int, bytes] | None = None) -> Follower:
        """A follower that knows nothing yet; the first entry tells it the origin and the first signer."""
        return cls(Edge.start(), held or {})

    @classmethod
    def resume(
        cls,
        *,
        origin: str,
        frontier: Frontier,
        last: bytes,
        signers: Signers,
        vault_id: bytes | None = None,
        held: Mapping[int, bytes] | None = None,
    ) -> Follower:
        """A follower that goes on where an earlier one stood. It keeps its own copies of what it is given."""
        return cls(Edge(origin, frontier, last, signers, vault_id).copy(), held or {})

    @property
    def origin(self) -> str:
        """The log's name; empty before genesis."""
        return self._edge.origin

    @property
    def size(self) -> int:
        return self._edge.size

    @property
    def last(self) -> bytes:
        return self._edge.last

    @property
    def vault_id(self) -> bytes | None:
        """leaf(0), if this follower has seen genesis or was told."""
        return self._edge.vault_id

    @property
    def frontier(self) -> Frontier:
        return self._edge.frontier.copy()

    @property
    def signers(self) -> Signers:
        return self._edge.signers.copy()

    def head(self) -> Head:
        return self._edge.head()

    def hold(self, head: Checkpoint) -> None:
        """Compare the log with a head known from elsewhere: now, or when it has grown that far."""
        if self.origin not in ("", head.origin):
            raise BadNote(f"the held head is of the log {head.origin}, not {self.origin}")
        if head.size < self.size:
            raise ValueError("a head can only be held before the log has grown past it")
        known = self.head().root if head.size == self.size else self._held.get(head.size, head.root)
        if known != head.root:
            raise _forked(Checkpoint(head.origin, head.size, known), head.text().decode())
        self._held[head.size] = head.root

    def verify_reached(self, shown: int | None = None) -> Head:
        """The head, if a log of `shown` entries (by default as far as followed) is not shorter than is known.

        RolledBack otherwise: what was verified, or is held, reaches further than what is shown.
        """
        self.check_reached(shown)
        return self.head()

    def check_reached(self, shown: int | None = None) -> None:
        """The same for whoever does not ask for the head, which is computed over the edge of the tree."""
        end = self.size if shown is None else shown
        furthest = max(self.size, *self._held, 0)
        if furthest > end:
            raise RolledBack(f"a head of {furthest} entries is known, the log shown ends here", seq=end)

    def commit(self, bodies: Sequence[bytes], note: bytes, signer: str) -> Commit:
        """Verify the next commit, said to be by `signer`, and take it in."""
        edge, first = self._edge.copy(), self.size
        entries, leaves, passed = self._push_all(edge, bodies, signer)
        # Positions decide, so what these entries themselves say about signers cannot change the answer.
        author = edge.signers.in_force(signer, first)
        signed = verify_note(note, author, edge, first)
        for size, root in passed.items():
            if root != self._held[size]:
                raise _forked(Checkpoint(edge.origin, size, self._held[size]), note.decode())
        ignored = self._move_to(edge)
        return Commit(tuple(entries), tuple(leaves), signed, ignored)

    def writer(self, *, actor: str, time: str, public: bytes) -> Writer:
        """Begin the commit that comes next; this follower does not change."""
        return Writer(self._edge.copy(), actor=actor, time=time, public=public)

    def prepare(
        self, drafts: Sequence[Draft], *, actor: str, time: str, public: bytes, sign: Callable[[bytes], bytes]
    ) -> Prepared:
        """Make the next commit of `drafts`; this follower does not change until it accepts or commits it."""
        writer = self.writer(actor=actor, time=time, public=public)
        for draft in drafts:
            writer.add(draft.event, draft.subject, draft.data)
        return writer.seal(sign)

    def accept(self, made: Prepared) -> Commit:
        """Take in a commit made here, without verifying again what `prepare` has just made and signed."""
        if (made.checkpoint.size - len(made.leaves), made.before) != (self.size, self.last):
            raise BadChain("the commit was made for another end of the log", seq=self.size)
        if any(self.size < size <= made.checkpoint.size for size in self._held):
            return self.commit(made.bodies, made.note, made.signer)
        ignored = self._move_to(made.after)
        return Commit(made.entries, made.leaves, made.checkpoint, ignored)

    def _move_to(self, edge: Edge) -> tuple[int, ...]:
        """Believe the log up to `edge`; the positions of the signer events on the way that were void."""
        ignored = edge.signers.ignored[len(self._edge.signers.ignored) :]
        self._edge = edge
        return ignored

    def _push_all(
        self, edge: Edge, bodies: Sequence[bytes], signer: str
    ) -> tuple[list[Entry], list[bytes], dict[int, bytes]]:
        """Push every body over `edge`; also the roots at those sizes of which a head is held."""
        if not bodies:
            raise BadChain("a commit has at least one entry", seq=edge.size)
        entries: list[Entry] = []
        leaves: list[bytes] = []
        passed: dict[int, bytes] = {}
        for body in bodies:
            entry = decode_at(body, edge.size)
            if entry.actor != signer:
                raise BadChain(f"the entry's actor is not the commit's signer {signer}", seq=edge.size)
            leaves.append(edge.push(entry, body))
            entries.append(entry)
            if edge.size in self._held:
                passed[edge.size] = edge.frontier.root()
        return entries, leaves, passed


def decode_at(body: bytes, seq: int) -> Entry:
    """The entry in `body`, which stands at `seq`; its error says so."""
    try:
        return decode(body)
    except BadEntry as exc:
        raise BadEntry(exc.message, seq=seq) from exc


def verify_note(note: bytes, author: Signer, edge: Edge, first: int) -> Checkpoint:
    """The signed checkpoint of a commit that begins at `first`, if it is of the head that `edge` came to."""
    head = Checkpoint(edge.origin, edge.size, edge.frontier.root())
    try:
        if checkpoint.is_signed(head, note, public=author.public):
            return head
        # It has another line, say a witness's; or it is bad, and this tells how.
        signed = checkpoint.verify(note, origin=edge.origin, public=author.public)
    except AuditError as exc:
        raise type(exc)(exc.message, seq=first) from exc
    if signed.size != edge.size:
        raise BadChain(f"the commit ends at {edge.size} entries, its checkpoint at {signed.size}", seq=first)
    if signed.root != head.root:
        raise BadChain("the signed root is not that of the entries up to the end of this commit", seq=first)
    return signed


def _forked(ours: Checkpoint, theirs: str) -> Forked:
    message = f"the log shown has another root at {ours.size} entries than the head held of it"
    return Forked(message, ours=ours.text().decode(), theirs=theirs, seq=max(ours.size - 1, 0))
