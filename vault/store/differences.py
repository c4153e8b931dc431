"""Where two projections of one log differ: row by row, in the order of the keys, however long the tables are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vault.store.register import State


def differences(mine: State, theirs: State, table: str) -> Iterator[tuple[str, str]]:
    """What ``theirs`` lacks in a table, has beyond ``mine``, or has otherwise: (key, what); no other value is named."""
    keys = mine.key_of(table)
    here_rows, there_rows = (state.ordered(table, keys) for state in (mine, theirs))
    row, twin = next(here_rows, None), next(there_rows, None)
    while row is not None or twin is not None:
        (here, key), (there, their_key) = _key(row, keys), _key(twin, keys)
        if here < there:
            yield key, "is missing"
        elif here > there:
            yield their_key, "does not follow from the log"
        elif row is not None and twin is not None:
            columns = [column for column, value in row.items() if twin.get(column) != value]
            if columns:
                yield key, ", ".join(columns)
        row, twin = (
            next(here_rows, None) if here <= there else row,
            next(there_rows, None) if there <= here else twin,
        )


def _key(row: Mapping[str, Any] | None, keys: Sequence[str]) -> tuple[tuple[Any, ...], str]:
    """Where a row stands among the others, as SQLite orders them (the end comes last), and its key in words."""
    if row is None:
        return (1,), ""
    values = [row[key] for key in keys]
    return (0, *map(_rank, values)), "/".join(map(str, values))


def _rank(value: Any) -> tuple[int, Any]:
    """NULL, numbers, texts by their bytes, bytes: a hand that edits the file may put any of them anywhere."""
    if value is None:
        return 0, 0
    if isinstance(value, int | float):
        return 1, value
    return (2, value.encode()) if isinstance(value, str) else (3, value)
