"""What an import would do, row by row, before anything is written.

Each row becomes one of: new, duplicate (of an earlier row of the file), unchanged, changed (field by field
against the register), or not understood (with row, column and reason). Nothing is guessed: a row whose cells
do not fit its header, whose platform is unknown, or whose handle cannot be read is not understood and left
out.

Passwords and other secrets are carried apart, out of every ``repr``; they are never compared, and no reason,
warning or error quotes a cell: in a row with a cell too few, the "handle" may be the password.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vault.domain.columns import KEPT_AS_NOTE, NAMING, SECRETS, Columns, Field, column_name, understand
from vault.domain.handles import Handle, normalise, platform_at
from vault.domain.platforms import Platforms
from vault.domain.tables import Row, Table, read_table
from vault.errors import UsageProblem

__all__ = [
    "Change",
    "Columns",
    "Field",
    "Outcome",
    "Plan",
    "PlannedRow",
    "Problem",
    "Table",
    "plan",
    "read_table",
    "understand",
]


class Outcome(StrEnum):
    """What would become of a row."""

    NEW = "new"
    DUPLICATE = "duplicate"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs from the register."""

    name: str
    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not understood: never with a cell's words."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row and what would become of it."""

    number: int
    outcome: Outcome
    handle: Handle | None = None
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    changes: tuple[Change, ...] = ()
    duplicate_of: int | None = None
    exact: bool = False
    differs_in: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole file, in its order."""

    rows: tuple[PlannedRow, ...]
    columns: Columns
    notes: tuple[str, ...]

    @property
    def has_passwords(self) -> bool:
        """Whether any row brings a secret: then the file itself is to be destroyed after the import."""
        return any(row.secrets for row in self.rows)

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many rows of each outcome, every outcome named."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The rows not understood."""
        return tuple(row.problem for row in self.rows if row.problem)

    def of(self, outcome: Outcome) -> tuple[PlannedRow, ...]:
        """The rows of one outcome."""
        return tuple(row for row in self.rows if row.outcome is outcome)


@dataclass(frozen=True, slots=True)
class _Read:
    """One row as fields."""

    number: int
    handle: Handle
    details: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    warnings: tuple[str, ...]


class _NotUnderstoodError(Exception):
    def __init__(self, meant: Field | None, reason: str) -> None:
        super().__init__(reason)
        self.meant, self.reason = meant, reason


def plan(
    table: Table,
    columns: Columns,
    existing: Mapping[str, Mapping[str, str]],
    *,
    platforms: Platforms,
) -> Plan:
    """Classify every row against ``existing``: the register's details by ``Handle.full_key``."""
    if not set(NAMING) & set(columns.fields.values()):
        raise UsageProblem(
            "no column is understood as the account's handle or web address",
            hint="say which it is, for example --map B=handle",
        )
    rows: list[PlannedRow] = []
    seen: dict[str, _Read] = {}
    long_rows = frozenset(table.long_rows)
    for row in table.rows:
        try:
            read = _read(row, table, columns, platforms, long_rows)
        except _NotUnderstoodError as problem:
            rows.append(_not_understood(row, table, columns, problem))
            continue
        first = seen.setdefault(read.handle.full_key, read)
        rows.append(_classify(read, existing) if first is read else _duplicate(read, first))
    return Plan(tuple(rows), columns, table.notes)


def _not_understood(row: Row, table: Table, columns: Columns, problem: _NotUnderstoodError) -> PlannedRow:
    position = next((at for at, meant in columns.fields.items() if meant is problem.meant), None)
    column = "" if position is None else column_name(position, table.header)
    return PlannedRow(row.number, Outcome.NOT_UNDERSTOOD, problem=Problem(row.number, column, problem.reason))


def _classify(read: _Read, existing: Mapping[str, Mapping[str, str]]) -> PlannedRow:
    known = existing.get(read.handle.full_key)
    changes: tuple[Change, ...] = ()
    outcome = Outcome.NEW
    if known is not None:
        # An empty cell says nothing about a field; it never wipes what the register holds.
        changes = tuple(
            Change(name, known.get(name, ""), after)
            for name, value in read.details.items()
            if (after := _after(name, known.get(name, ""), value)) != known.get(name, "")
        )
        outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return PlannedRow(
        read.number, outcome, read.handle, read.details, read.secrets, changes=changes, warnings=read.warnings
    )


def _after(name: str, before: str, value: str) -> str:
    """What the field holds then: notes are added to, everything else is replaced."""
    if name != Field.NOTES or not before:
        return value
    return before if value in before else f"{before}; {value}"


def _duplicate(read: _Read, first: _Read) -> PlannedRow:
    """A further row for the same account: the first one counts, the difference is named by field."""
    mine, theirs = {**read.details, **read.secrets}, {**first.details, **first.secrets}
    return PlannedRow(
        read.number,
        Outcome.DUPLICATE,
        read.handle,
        read.details,
        read.secrets,
        duplicate_of=first.number,
        exact=mine == theirs and read.handle.display == first.handle.display,
        differs_in=tuple(
            name for name in dict.fromkeys((*theirs, *mine)) if mine.get(name) != theirs.get(name)
        ),
        warnings=read.warnings,
    )


def _read(row: Row, table: Table, columns: Columns, platforms: Platforms, long_rows: frozenset[int]) -> _Read:
    width = len(table.header)
    if row.number in long_rows:
        raise _NotUnderstoodError(
            None, f"the row has more cells than the header ({len(row.cells)}, not {width})"
        )
    # A password keeps its spaces; everything else is trimmed.
    values = {
        meant: cell if meant in SECRETS else cell.strip()
        for position, meant in columns.fields.items()
        if position < len(row.cells) and (cell := row.cells[position]).strip()
    }
    handle, warnings = _identify(values, platforms)
    if len(row.cells) < width:
        warnings = (*warnings, f"the row has fewer cells than the header ({len(row.cells)}, not {width})")
    return _Read(
        number=row.number,
        handle=handle,
        details=_details(values),
        secrets={str(meant): values[meant] for meant in SECRETS if meant in values},
        warnings=warnings,
    )


def _details(values: Mapping[Field, str]) -> dict[str, str]:
    """The descriptive fields; what has no field of its own is kept as a note."""
    apart = {*SECRETS, *KEPT_AS_NOTE, Field.PLATFORM, Field.HANDLE, Field.NOTES}
    details = {str(meant): value for meant, value in values.items() if meant not in apart}
    kept = [values[Field.NOTES]] if Field.NOTES in values else []
    kept += [f"{meant.replace('_', ' ')}: {values[meant]}" for meant in KEPT_AS_NOTE if meant in values]
    if kept:
        details[Field.NOTES] = "; ".join(kept)
    return details


def _identify(values: Mapping[Field, str], platforms: Platforms) -> tuple[Handle, tuple[str, ...]]:
    """The account that the row names: by its handle, else by its address, else by its login."""
    code = _platform(values, platforms)
    by_address = _by_address(values, code, platforms)
    text = values.get(Field.HANDLE) or ("" if by_address else _login(values))
    if not text:
        if by_address is None:
            raise _NotUnderstoodError(_first(values, Field.URL, Field.HANDLE), "the row names no account")
        return by_address, by_address.warnings
    handle = _normal(text, code, platforms, Field.HANDLE if Field.HANDLE in values else Field.LOGIN)
    warnings = list(handle.warnings)
    if Field.HANDLE not in values:
        warnings.append("the handle is taken from the sign-in name")
    if by_address is not None and by_address != handle:
        warnings.append("the handle and the web address name different accounts; the handle counts")
    return handle, tuple(warnings)


def _platform(values: Mapping[Field, str], platforms: Platforms) -> str:
    """The platform's code, by its name or by the web address; empty where neither tells."""
    if Field.PLATFORM not in values:
        at = platform_at(values.get(Field.URL, ""), platforms)
        return at.code if at else ""
    try:
        return platforms.named(values[Field.PLATFORM]).code
    except UsageProblem as problem:
        raise _NotUnderstoodError(Field.PLATFORM, problem.message) from None


def _by_address(values: Mapping[Field, str], code: str, platforms: Platforms) -> Handle | None:
    """The account that the web address names; None if it names none and something else may."""
    if Field.URL not in values:
        return None
    try:
        return normalise(values[Field.URL], platform=code, platforms=platforms)
    except UsageProblem as problem:
        if Field.HANDLE in values or _login(values):
            return None
        raise _NotUnderstoodError(Field.URL, problem.message) from None


def _login(values: Mapping[Field, str]) -> str:
    """The sign-in name, where it can be a handle: an e-mail address cannot."""
    login = values.get(Field.LOGIN, "")
    return "" if "@" in login.lstrip("@") else login


def _normal(text: str, code: str, platforms: Platforms, meant: Field) -> Handle:
    try:
        return normalise(text, platform=code, platforms=platforms)
    except UsageProblem as problem:
        raise _NotUnderstoodError(meant, problem.message) from None


def _first(values: Iterable[Field], *wanted: Field) -> Field | None:
    return next((meant for meant in wanted if meant in values), None)
