"""A table that is wider than its terminal: cells over several lines, or each row as a block of "HEAD  value" lines.

- what one types next, and what has one form (a number, a day), keeps its width
- the widest of the other columns give way, down to twelve characters or their longest word; their cells go on below, in
  four lines at most
- spare columns are left out, the last one first, if the rest then fits
- where nothing helps, each row is a block, whole, with an empty line after it
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from cli.output import KEPT, pad, width

_LEAST = 12
_ONE_WORD = 24  # an id, a day with its time, a code: a longer one is broken
_MOST_LINES = 4


class Column(NamedTuple):
    """One column: its name, its cells for a person, whether they stand to the right and keep their width."""

    name: str
    cells: Sequence[str]
    right: bool
    fixed: bool

    @property
    def full(self) -> int:
        return max(map(width, (self.name, *self.cells)))

    @property
    def least(self) -> int:
        if self.fixed or self.name in KEPT:
            return self.full
        words = {word for cell in (self.name, *self.cells) for word in cell.split(" ")}
        return min(self.full, max(_LEAST, *(wide for word in words if (wide := width(word)) <= _ONE_WORD), 0))


def laid_out(columns: Sequence[Column], spare: Sequence[str], room: int) -> tuple[list[str], list[str]]:
    """The lines of the table in ``room`` characters, and the names of the columns that were left out."""
    shown, left_out = list(columns), list[str]()
    droppable = [column for name in spare for column in columns if column.name == name]
    while droppable and _wide([column.least for column in shown]) > room:
        dropped = droppable.pop()
        shown.remove(dropped)
        left_out.append(dropped.name)
    if _wide([column.least for column in shown]) > room:
        return _blocks(columns), []
    return _table(shown, _fitted(shown, room)), left_out


def _wide(widths: list[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _fitted(columns: list[Column], room: int) -> list[int]:
    """The widths: the widest gives way first."""
    widths, least = [column.full for column in columns], [column.least for column in columns]
    while _wide(widths) > room:
        free = [at for at in range(len(widths)) if widths[at] > least[at]]
        widths[max(free, key=lambda at: widths[at])] -= 1
    return widths


def _table(columns: list[Column], widths: list[int]) -> list[str]:
    lines = [_line([column.name.upper() for column in columns], columns, widths)]
    for row in zip(*(column.cells for column in columns), strict=True):
        cells = [_wrapped(cell, wide) for cell, wide in zip(row, widths, strict=True)]
        below = zip_longest(*cells, fillvalue="")
        lines += [_line(list(texts), columns, widths) for texts in below]
    return lines


def _line(texts: list[str], columns: list[Column], widths: list[int]) -> str:
    placed = zip(texts, widths, columns, strict=True)
    return "  ".join(pad(text, wide, column.right) for text, wide, column in placed).rstrip()


def _wrapped(text: str, columns: int) -> list[str]:
    """The cell in lines, broken between words where that is possible."""
    lines, line = list[str](), ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= columns:
            line = longer
            continue
        *broken, line = [*([line] if line else []), *_broken(word, columns)]
        lines += broken
    lines.append(line)
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = [pad(f"{lines[_MOST_LINES - 1]} {lines[_MOST_LINES]}", columns)]
    return lines


def _broken(word: str, columns: int) -> list[str]:
    parts = [""]
    for char in word:
        if width(parts[-1] + char) > columns:
            parts.append("")
        parts[-1] += char
    return parts


def _blocks(columns: Sequence[Column]) -> list[str]:
    """Each row for itself; what is empty is left out, and nothing is cut."""
    wide, lines = max(width(column.name) for column in columns), list[str]()
    for row in zip(*(column.cells for column in columns), strict=True):
        lines += [
            f"{pad(column.name.upper(), wide)}  {cell}".rstrip()
            for column, cell in zip(columns, row, strict=True)
            if cell
        ]
        lines.append("")
    return lines[:-1]
