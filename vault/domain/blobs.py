"""Which blobs an entry names, and what each of them is: read from the event table, so that no event is forgotten.

A field whose check is `words` names sealed words (they may be erased), one whose check is `sealed` names keys or
versions (never). A void entry names its blobs, too: they were stored with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vault.domain import events as e
from vault.domain.events import Data, Event


@dataclass(frozen=True, slots=True)
class Named:
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
        if check in (e.words, e.sealed) and check(value) is None:
            yield Named(value, field, check is e.words)
        elif e.values_of(check) is e.sealed and check(value) is None:
            yield from (Named(name, field, words=False) for name in value.values())
