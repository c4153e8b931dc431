"""Which blobs an entry names, and what each of them is: read from the event table, so that no event is forgotten.

A field whose check is `words` names sealed words (they may be erased), one whose check is `sealed` names keys or
versions, one whose check is `public` names a text that anybody may read (never). A void entry names its blobs, too:
they were stored with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from vault.domain import events as e
from vault.domain.events import Data, Event, Fact, Register


class Named(NamedTuple):
    """One blob that an entry names: by which field, and whether it holds words."""

    hash: str
    field: str
    words: bool


def named_by(event: Event | None, data: Data) -> Iterator[Named]:
    """The blobs of one entry; of an unknown event nothing is known."""
    if event is None:
        return
    for field, check in {**event.fields, **event.optional}.items():
        if field not in data:
            continue
        value = data[field]
        if check in (e.words, e.sealed, e.public) and check(value) is None:
            yield Named(value, field, check is e.words)
        elif e.values_of(check) is e.sealed and check(value) is None:
            yield from (Named(name, field, words=False) for name in value.values())


def remember(reg: Register, fact: Fact, event: Event) -> None:
    """Keep what the blobs of an entry that applied are, and about whom their words are.

    Who names a blob first, says what it is: a later entry that names it again, about somebody else, does not make it
    theirs, or an erasure would reach what it must not.
    """
    named = [one for one in named_by(event, fact.data) if reg.get("blob", hash=one.hash) is None]
    if not named:
        return
    rows = [
        {"hash": one.hash, "seq": fact.seq, "event": fact.event, "field": one.field, "subject": fact.subject}
        for one in named
    ]
    reg.put_all("blob", rows)
    words = [one.hash for one in named if one.words]
    people = persons(reg, fact.subject, fact.data) if words else ()
    reg.put_all("about", [{"person": person, "hash": name} for person in people for name in words])


def persons(reg: Register, subject: str, data: Data) -> list[str]:
    """Whom an entry concerns: named in it, or the owner, author or asker of what is.

    What is said of an account concerns nobody behind its request: the account lives on when its asker has left.
    """
    found: set[str] = set()
    for value in (subject, *data.values()):
        for id_ in value if isinstance(value, list) else [value]:
            if isinstance(id_, str) and not (subject.startswith("acc-") and id_.startswith("req-")):
                found |= _behind(reg, id_)
    return sorted(found)


STEPS = 8  # so many things may stand between words and a person whom they concern
_BEHIND: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "dev": ("device", ("person",)),
    "clm": ("claim", ("by", "device")),
    "req": ("request", ("requester", "person")),
    "grt": ("grant_", ("person",)),
    "kst": ("keyset", ("person",)),
    "rec": ("record", ("person", "about")),
}


def _behind(reg: Register, id_: str) -> set[str]:
    """The persons behind an id, at most `STEPS` away: a record may be about a record about a record, without end."""
    found, ahead = {id_}, {id_}
    for _ in range(STEPS):
        ahead = {row for one in ahead for row in _next(reg, one)} - found
        found |= ahead
    return {one for one in found if one.startswith("per-")}


def _next(reg: Register, id_: str) -> set[str]:
    """The owner, author or asker of what has that id, or what it is about."""
    table, columns = _BEHIND.get(id_[:3], ("", ()))
    row: Mapping[str, Any] | None = reg.get(table, id=id_) if table else None
    return {row[column] for column in columns if row[column]} if row else set()
