"""The second pass over an export: the form of every entry, and the signature of every commit.

    commit   entries first .. size - 1, all of one actor, and that actor's signed head at `size`
    key      in force at `first`, by the entries before

A range of the log can be judged by itself, so all cores share the work: the first pass says where a range
begins (the edge of the tree, the signers), and a commit that began before is the business of the range in
which it ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.edge import Edge
from audit.entry import Entry
from audit.errors import AuditError, BadChain
from audit.folder import Folder
from audit.follow import decode_at, verify_note
from audit.merkle import TILE_WIDTH
from audit.scan import Start
from audit.tiles import bundles


@dataclass(frozen=True, slots=True)
class Range:
    """Work for one process: from `start` to the entry `end`, of a log shown with `size` entries."""

    folder: Folder
    origin: str
    size: int
    start: Start
    end: int


def verify_range(work: Range) -> int:
    """The number of commits that end in the range, all verified; the error names the first bad entry."""
    reader = _Reader(work)
    for n, width in bundles(work.size):
        if work.start.bundle <= n and n * TILE_WIDTH < work.end:
            reader.bundle(n, width)
    if work.end == work.size and reader.first != work.size:
        raise BadChain("no signed head covers the log from here on", seq=reader.first)
    return reader.commits


class _Reader:
    """Reads entries one after the other and verifies a commit where it ends."""

    __slots__ = ("actor", "commits", "edge", "first", "folder", "limit")

    def __init__(self, work: Range) -> None:
        self.folder = work.folder
        self.edge: Edge = work.start.edge(work.origin)
        self.limit = work.end
        self.commits = 0
        self.first, self.actor = open_commit(work.folder, work.start)

    def bundle(self, n: int, width: int) -> None:
        heads = dict(signed_heads(self.folder, n, width, first=self.first))
        for body in self.folder.entries(n, width)[: self.limit - self.edge.size]:
            entry = decode_at(body, self.edge.size)
            self._check_actor(entry)
            self.edge.push(entry, body)
            if (note := heads.get(self.edge.size)) is not None:
                self._end_commit(note)

    def _check_actor(self, entry: Entry) -> None:
        if entry.seq == self.first:
            self.actor = entry.actor
        if entry.actor != self.actor:
            raise BadChain(f"its actor is not {self.actor}, whose commit it stands in", seq=entry.seq)

    def _end_commit(self, note: bytes) -> None:
        author = self.edge.signers.in_force(self.actor, self.first)
        verify_note(note, author, self.edge, self.first)
        self.first = self.edge.size
        self.commits += 1


def open_commit(folder: Folder, start: Start) -> tuple[int, str]:
    """Where the commit that is open at `start` began, and by whom it is."""
    seq = start.bundle * TILE_WIDTH
    if seq == 0:
        return 0, ""
    first = 0 if start.noted is None else signed_heads(folder, start.noted, TILE_WIDTH, first=0)[-1][0]
    last = folder.entries(start.bundle - 1, TILE_WIDTH)[-1]
    return first, decode_at(last, seq - 1).actor


def signed_heads(folder: Folder, n: int, width: int, *, first: int) -> list[tuple[int, bytes]]:
    """The heads signed in a bundle; its error names the entry from which on a head is missing."""
    try:
        return folder.notes(n, width)
    except AuditError as exc:
        raise type(exc)(exc.message, seq=first) from exc
