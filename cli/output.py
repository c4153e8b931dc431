"""What a command answers: table, JSON or CSV. The only writer to stdout; notes to the person go to stderr.

    rows(columns, rows)   a list: aligned table, JSON array of objects, or CSV with a heading
    record(fields)        one thing: key/value block, JSON object, or CSV of one row
    text(line)            one line; in JSON {"text": line}
    note(line)            talk, on stderr in every format

One command writes one document. Cells are str, int, bool, None, date, datetime (UTC in JSON and CSV, UK time
in a table), and lists or mappings of these; anything else is refused, so that no object prints itself. A table
that its terminal is too narrow for is laid out anew (`cli.layout`), and in a pipe never; a column in which nothing
stands is left out, and an empty field of a record shows as -. A CSV cell that a spreadsheet would take for a
formula starts with an apostrophe (OWASP, CSV injection).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import chain
from typing import NamedTuple, TextIO

from cli.clean import clean, escape

_COLLECTIONS = (list, tuple, set, frozenset)
# What somebody types next: never broken, whatever the width.
KEPT = frozenset({"id", "name", "nickname", "claim", "rotation", "account"})
_ONE_FORM = (int, date, datetime, type(None))  # a part of one is no good
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # full-width forms too: spreadsheets fold them


class Plain(list[object]):
    """A long list for JSON whose maker built it of JSON's own types alone: not looked through again."""


class Out:
    """stdout in one format."""

    def __init__(self, form: str, *, stream: TextIO | None = None, notes: TextIO | None = None) -> None:
        self.format = form
        self._stream = stream or sys.stdout
        self._notes = notes or sys.stderr

    def rows(
        self, columns: Sequence[str], rows: Iterable[Sequence[object]], *, spare: Sequence[str] = ()
    ) -> None:
        """A list. ``spare`` are columns that a narrow table leaves out, the last one first."""
        if self.format == "json":
            keys = [_key(column) for column in columns]
            lines = [self._json(dict(zip(keys, row, strict=True))) for row in rows]
            self._line("[" + ",\n ".join(lines) + "]")
        elif self.format == "csv":
            self._csv([list(columns), *([_guarded(cell) for cell in row] for row in rows)])
        else:
            self._table(columns, list(rows), list(spare))

    def record(self, fields: Mapping[str, object]) -> None:
        if self.format == "json":
            self._line(self._json({_key(name): value for name, value in fields.items()}))
        elif self.format == "csv":
            self._csv([list(fields), [_guarded(value) for value in fields.values()]])
        else:
            wide = max(map(width, fields), default=0)
            for name, value in fields.items():
                self._line(f"{pad(name.replace('_', ' '), wide)}  {_shown(value) or '-'}")

    def text(self, line: str) -> None:
        if self.format == "json":
            self._line(self._json({"text": line}))
        elif self.format == "csv":
            self._csv([[_guarded(line)]])
        else:
            self._line(clean(line))

    def note(self, line: str) -> None:
        self._notes.write(f"keyholder: {clean(line)}\n")

    def bare(self, secret: str) -> None:
        """Exactly these characters and a line end: a secret on its way into another program."""
        self._line(secret)

    def is_terminal(self) -> bool:
        return self._stream.isatty()

    def _line(self, text: str) -> None:
        self._stream.write(text + "\n")

    def _json(self, value: object) -> str:
        import json

        utf8 = (self._stream.encoding or "utf-8").lower().replace("-", "") == "utf8"
        return escape(json.dumps(_plain(value), ensure_ascii=not utf8))

    def _csv(self, rows: Iterable[Sequence[str]]) -> None:
        import csv

        csv.writer(self._stream, lineterminator="\n").writerows(rows)

    def _table(self, columns: Sequence[str], rows: list[Sequence[object]], spare: list[str]) -> None:
        if not rows:
            self._notes.write("(none)\n")
            return
        values = list(zip(*rows, strict=True))
        whole = [_Column.of(head, cells) for head, cells in zip(columns, values, strict=True)]
        shown = [column for column in whole if column.used]
        widths, room = [column.widest for column in shown], self._columns()
        if room is not None and sum(widths) + 2 * (len(widths) - 1) > room:
            self._narrow(columns, whole, values, spare, room)
            return
        padded = map(_Column.padded, shown, widths)
        self._line("\n".join("  ".join(line).rstrip() for line in zip(*padded, strict=True)))

    def _narrow(
        self,
        columns: Sequence[str],
        whole: Sequence[_Column],
        values: Sequence[Sequence[object]],
        spare: list[str],
        room: int,
    ) -> None:
        from cli.layout import Column, laid_out

        used = [
            Column(
                name,
                one.cells[1:],
                one.right,
                all(issubclass(kind, _ONE_FORM) for kind in set(map(type, cells))),
            )
            for name, one, cells in zip(columns, whole, values, strict=True)
            if one.used
        ]
        lines, left_out = laid_out(used, spare, room)
        self._line("\n".join(lines))
        if left_out:
            self.note(f"no room for {', '.join(left_out)}: a wider terminal, or --format csv, has them")

    def _columns(self) -> int | None:
        """The width of the terminal, where there is one."""
        if not self.is_terminal():
            return None
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or None
        except (OSError, ValueError):
            return None


def width(text: str) -> int:
    """The terminal columns that a cleaned text takes: wide East Asian forms two, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(c) in {"Mn", "Me"} else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _key(column: str) -> str:
    return column.lower().replace(" ", "_").replace("-", "_")


def _plain(value: object) -> object:
    """The value in JSON's own types; times in UTC."""
    if value is None or isinstance(value, str | int | Plain):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, _COLLECTIONS):
        return [_plain(inner) for inner in value]
    raise TypeError(f"a cell must not be a {type(value).__name__}")


def _shown(value: object) -> str:
    """The value for a person, on one line."""
    if type(value) is str:  # nearly every cell of a long list
        return clean(value)
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, datetime):
        from cli.when import show

        return show(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{clean(str(name))}={_shown(inner)}" for name, inner in value.items())
    return ", ".join(map(_shown, value)) if isinstance(value, _COLLECTIONS) else clean(str(_plain(value)))


# A long list is one column after the other, each judged as a whole: ten thousand cells in a few calls.


class _Column(NamedTuple):
    """The heading and the cells of one column for a person, and what was seen of them all at once."""

    cells: list[str]
    widest: int
    narrowest: int
    plain: bool  # ASCII: as wide as it is long
    right: bool
    used: bool

    @classmethod
    def of(cls, head: str, column: Sequence[object]) -> _Column:
        try:
            texts, right = _cleaned(column), False  # type: ignore[arg-type]  # a TypeError where it is not all text
        except TypeError:
            texts, right = _texts(column), set(map(type, column)) == {int}
        cells, whole = [head.upper(), *texts], "".join(texts)
        plain = head.isascii() and whole.isascii()
        widths = set(map(len if plain else width, cells))
        return cls(cells, max(widths), min(widths), plain, right, bool(whole))

    def padded(self, columns: int) -> list[str]:
        """All as wide; a long list of plain text is done by the string methods alone."""
        if self.narrowest == self.widest == columns:
            return self.cells
        if self.plain and self.widest <= columns:
            return [cell.rjust(columns) if self.right else cell.ljust(columns) for cell in self.cells]
        return [pad(cell, columns, self.right) for cell in self.cells]


def _cleaned(column: Sequence[str]) -> Sequence[str]:
    """The cells of a column of text; TypeError where one is not."""
    whole = "".join(column)
    return column if clean(whole) == whole else [clean(cell) for cell in column]


def _texts(column: Sequence[object]) -> Sequence[str]:
    """The cells of any other column: of texts in tuples each different one once, for a long list has few."""
    if set(map(type, column)) == {tuple}:
        with suppress(TypeError):  # something in them cannot be compared
            different = set(column)
            if set(map(type, chain.from_iterable(different))) <= {str}:  # type: ignore[arg-type]
                shown = {cell: _shown(cell) for cell in different}
                return list(map(shown.__getitem__, column))
    return [_shown(cell) for cell in column]


def _guarded(value: object) -> str:
    """The value for a spreadsheet. Only text can be a formula; a number stays a number."""
    if isinstance(value, datetime):
        return str(_plain(value))
    text = _shown(value)
    is_text = not isinstance(value, int)
    return f"'{text}" if is_text and text.lstrip().startswith(_FORMULA) else text


def pad(text: str, columns: int, right: bool = False) -> str:
    """The text in so many columns; a longer one is cut."""
    text = _cut(text, columns)
    space = " " * (columns - width(text))
    return space + text if right else text + space


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return text + "…"
