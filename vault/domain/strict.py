"""A table of TOML that must be used up: each key is asked for by name, one nobody asked for is refused.

Each refusal names file, line and key. The parsed mapping carries no line numbers, so the line is found by
walking the text along the path of keys: exact for files written in the usual way, the nearest heading
otherwise. The second of several tables under one key is ``key[2]``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple, NoReturn, Self, TypeVar

from vault.errors import UsageProblem

Value = TypeVar("Value")
Path = tuple[str, ...]
MOST = 99_999  # so many days are 273 years: from any day of today's they lead to another that a calendar has


class Source(NamedTuple):
    """The file as it was read: its name and its text, for the line in a refusal."""

    name: str
    text: str = ""

    def line_of(self, path: Path) -> int:
        """The line where the last key of ``path`` that can be found is set; 0 if none is."""
        lines = self.text.splitlines()
        found = 0
        for step in path:
            key, _, place = step.rstrip("]").partition("[")
            there = [n for n, line in enumerate(lines, 1) if n >= found and _names(line, key)]
            headed = [n for n in there if lines[n - 1].lstrip().startswith("[[")] if place else []
            found = next(iter(headed[int(place or 1) - 1 :] or there), found)
        return found


def _names(line: str, key: str) -> bool:
    """Whether the line is a heading with that key in it, or sets it."""
    bare = line.strip()
    if bare.startswith("["):
        return f".{key}]" in bare or f"[{key}]" in bare or f'"{key}"]' in bare or f".{key}." in bare
    left = bare.partition("=")[0].strip().strip('"')
    return left == key or f"{{ {key} =" in bare or f", {key} =" in bare


class Reader:
    """One table. ``with`` it: leaving checks that no key is left over."""

    __slots__ = ("_path", "_source", "_values", "_wanted")

    def __init__(self, values: object, source: Source, path: Path = ()) -> None:
        self._source, self._path = source, path
        if not isinstance(values, Mapping):
            self.refuse("must be a table")
        self._values: Mapping[str, object] = values
        self._wanted: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.finish()

    def finish(self) -> None:
        """Refuse the first key that nobody asked for."""
        for key in self._values:
            if key not in self._wanted:
                self.refuse("is not a key known here", key)

    def refuse(self, why: str, key: str = "") -> NoReturn:
        """Say what is wrong with ``key`` (or with the table itself) and where that is."""
        path = (*self._path, key) if key else self._path
        line = self._source.line_of(path)
        place = f"{self._source.name}, line {line}" if line else self._source.name
        raise UsageProblem(
            f"{place}: {'.'.join(path) or 'the file'} {why}", hint="correct the file; nothing was loaded"
        )

    def _take(self, key: str, kind: type[Value], words: str) -> Value:
        self._wanted.add(key)
        if key not in self._values:
            self.refuse("is missing", key)
        value = self._values[key]
        # True is an int to Python; in a policy it never stands for a number.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.refuse(f"must be {words}", key)
        return value

    def has(self, key: str) -> bool:
        """Whether an optional key is there; asking makes it known."""
        self._wanted.add(key)
        return key in self._values

    def text(self, key: str, *, blank: bool = False) -> str:
        """A text; an empty one only where the document itself leaves the place blank."""
        value = self._take(key, str, "a text")
        if not blank and not value.strip():
            self.refuse("must not be empty", key)
        return value

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of a closed list of words."""
        value = self.text(key)
        if value not in allowed:
            self.refuse(f"must be one of {', '.join(allowed)}", key)
        return value

    def number(self, key: str, *, least: int = 0) -> int:
        """A whole number, not below ``least`` and not above `MOST`."""
        value = self._take(key, int, "a whole number")
        if value < least:
            self.refuse(f"must be {least} or more", key)
        if value > MOST:
            self.refuse(f"must be {MOST:,} or less", key)
        return value

    def flag(self, key: str) -> bool:
        """true or false, never absent: silence is not an answer."""
        return self._take(key, bool, "true or false")

    def day(self, key: str) -> date:
        """A date without time."""
        value = self._take(key, date, "a date")
        if type(value) is not date:
            self.refuse("must be a date without a time", key)
        return value

    def blank_or_day(self, key: str, *, blank: str = "") -> date | None:
        """A date, or the text that stands for none."""
        return None if self.has(key) and self._values[key] == blank else self.day(key)

    def texts(self, key: str, *, allowed: Collection[str] = (), empty: bool = False) -> tuple[str, ...]:
        """A list of different texts; empty only where that has a meaning."""
        values = self._take(key, list, "a list of texts")
        if not all(isinstance(value, str) and value for value in values):
            self.refuse("must be a list of texts", key)
        if not values and not empty:
            self.refuse("must not be empty", key)
        if len(set(values)) != len(values):
            self.refuse("names something twice", key)
        for value in values:
            if allowed and value not in allowed:
                self.refuse(f"may only hold {', '.join(allowed)}", key)
        return tuple(values)

    def days(self, key: str) -> tuple[date, ...]:
        """A list of different dates, not empty."""
        values = self._take(key, list, "a list of dates")
        if not values or any(type(value) is not date for value in values):
            self.refuse("must be a list of dates", key)
        if len(set(values)) != len(values):
            self.refuse("names something twice", key)
        return tuple(values)

    def keys(self) -> tuple[str, ...]:
        """The names of its entries, for a table whose keys are data."""
        return tuple(self._values)

    def table(self, key: str) -> Reader:
        """A table inside this one."""
        return Reader(self._take(key, dict, "a table"), self._source, (*self._path, key))

    def tables(self, key: str, *, empty: bool = False) -> tuple[Reader, ...]:
        """A list of tables; each is to be used up by itself."""
        values = self._take(key, list, "a list of tables")
        if not values and not empty:
            self.refuse("must not be empty", key)
        return tuple(
            Reader(value, self._source, (*self._path, f"{key}[{n}]")) for n, value in enumerate(values, 1)
        )

    def named(self) -> Iterator[tuple[str, Reader]]:
        """Every entry of this table as a table of its own, by its name."""
        for key in self._values:
            yield key, self.table(key)

    def text_by_name(self) -> dict[str, str]:
        """Every entry of this table as a text, by its name."""
        return {key: self.text(key) for key in self._values}
