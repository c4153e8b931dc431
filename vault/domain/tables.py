"""Bytes to rows: a CSV file as spreadsheets really write it, read within limits or refused with the place.

    at most 20 MB, 100,000 rows, 200 columns, 64 KiB a cell
    UTF-8 with or without mark, UTF-16 with mark, else Windows-1252 with a note
    delimiter , ; tab or | : the one under which the header is understood best; a first line "sep=;" decides

Rows keep the numbers that the spreadsheet shows. An unclosed quotation mark is refused, because it would
swallow the rows after it in silence. No message and no ``repr`` ever holds a cell: any of them may be a
password.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from vault.domain.columns import column_name, recognised
from vault.errors import UsageProblem

_SAVE_AS = "save the sheet as CSV UTF-8"
MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 65_536
_DELIMITERS = ",;\t|"
_HEADER_WITHIN = 20
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Row:
    """One row by its number in the spreadsheet."""

    number: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it that hold anything."""

    header: tuple[str, ...] = field(repr=False)
    header_row: int
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    notes: tuple[str, ...]
    short_rows: tuple[int, ...]
    long_rows: tuple[int, ...]


def read_table(raw: bytes) -> Table:
    """Read a CSV file; only `UsageProblem` comes out, whatever the bytes."""
    if len(raw) > MAX_BYTES:
        raise UsageProblem(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    _refuse_workbook(raw)
    text, encoding = _decode(raw)
    delimiter, text, skipped = _delimiter(text)
    rows = list(_rows(text, delimiter, skipped))
    if not rows:
        raise UsageProblem("the file holds no rows", hint="is it the right file?")
    start = _header_at(rows)
    header, body = rows[start], tuple(rows[start + 1 :])
    notes = []
    if encoding == "cp1252":
        notes.append("the file is not UTF-8: read as Windows-1252, check letters with accents")
    if start:
        notes.append(f"the header is in row {header.number}: what stands above it was not read")
    width = len(header.cells)
    return Table(
        header=header.cells,
        header_row=header.number,
        rows=body,
        encoding=encoding,
        delimiter=delimiter,
        notes=tuple(notes),
        short_rows=tuple(row.number for row in body if len(row.cells) < width),
        long_rows=_long_rows(body, width),
    )


def _long_rows(body: tuple[Row, ...], width: int) -> tuple[int, ...]:
    """Rows whose cells may have slipped: longer than the header, unless every row ends in the same empty cells."""
    usual = max(width, min((len(row.cells) for row in body), default=0))
    return tuple(
        row.number
        for row in body
        if len(row.cells) > usual or any(cell.strip() for cell in row.cells[width:])
    )


def _refuse_workbook(raw: bytes) -> None:
    """Both of Excel's own forms, and every other office file, are a container that begins so."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        raise UsageProblem("this is a workbook (Excel or another office file), not a CSV file", hint=_SAVE_AS)


def _decode(raw: bytes) -> tuple[str, str]:
    encoding = "utf-8"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif raw.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    else:
        try:
            return raw.decode(), encoding
        except UnicodeDecodeError:
            encoding = "cp1252"
    try:
        return raw.decode(encoding), encoding
    except UnicodeDecodeError as exc:
        # Without its cause: that holds the whole file.
        raise UsageProblem(
            f"the file is not text: byte {exc.start} is not {encoding}", hint=_SAVE_AS
        ) from None


def _delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter, the text to read with it, and how many rows were taken off its top."""
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"')
    if said[:4].casefold() == "sep=" and said[4:] in tuple(_DELIMITERS):
        return said[4:], rest, 1
    sample = text[:_SAMPLE]
    return max(_DELIMITERS, key=lambda delimiter: _fit(sample, delimiter)), text, 0


def _fit(sample: str, delimiter: str) -> tuple[int, int]:
    """How well the first rows read with it: headers recognised in one row, then columns."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    # Not strict, and a sample shorter than the longest cell that csv takes: nothing to refuse here.
    return max(
        ((recognised(cells), len(cells)) for _, cells in zip(range(_HEADER_WITHIN), reader, strict=False)),
        default=(0, 0),
    )


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    """The rows that hold anything, each checked against the limits."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = skipped
    try:
        for number, cells in enumerate(reader, skipped + 1):
            _check(number, cells)
            if any(cell.strip() for cell in cells):
                yield Row(number, tuple(cells))
    except csv.Error:
        raise UsageProblem(
            f"row {number + 1} cannot be read: a quotation mark is not closed, or a cell is too long",
            hint="correct that row, or save the sheet as CSV again",
        ) from None


def _check(number: int, cells: list[str]) -> None:
    if number > MAX_ROWS:
        raise UsageProblem(f"the file has more than {MAX_ROWS:,} rows")
    if len(cells) > MAX_COLUMNS:
        raise UsageProblem(f"row {number} has more than {MAX_COLUMNS} columns")
    for position, cell in enumerate(cells):
        if "\0" in cell:
            raise UsageProblem(f"row {number}, column {column_name(position, ())}: a NUL character")
        if len(cell.encode()) > MAX_CELL:
            raise UsageProblem(f"row {number}, column {column_name(position, ())}: more than 64 KiB")


def _header_at(rows: list[Row]) -> int:
    """Where the header is: the first of the top rows with two known headers, else the first row."""
    return next((n for n, row in enumerate(rows[:_HEADER_WITHIN]) if recognised(row.cells) >= 2), 0)
