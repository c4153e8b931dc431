"""Import a spreadsheet of accounts: what it would do, before anything is written (`ops.importing`).

- An account is never left out for missing paperwork: what is missing is a finding (`account list --lacking`).
- A person whom a cell names is linked if the register knows exactly one by that name, number or address; else the
  words stay in the sealed details and are counted. Nobody is invented.
- A password goes in as a deposit where the account has none. One that the vault has already is left alone: a file
  may be older than the vault. Whatever does not go in is named, and left over with what is not understood.
- No cell of a secret column is in a plan, an error or an entry.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import TYPE_CHECKING, Any

from vault.domain.accounts import CLOSED
from vault.domain.calendar import london_day
from vault.domain.columns import Field, column_name
from vault.domain.events import ADMINISTRATOR, CUSTODIAN, Row
from vault.domain.exposure import LIVE
from vault.domain.handles import Handle
from vault.domain.import_secrets import filled, not_going_in
from vault.domain.imports import Outcome, Plan, PlannedRow, Problem, Table, plan, read_table, understand
from vault.errors import UsageProblem
from vault.ops import accounts, lengths
from vault.ops.import_words import (
    Choices,
    bad_part,
    codes_of,
    doubts,
    same_code,
)
from vault.ops.platforms import platforms
from vault.ops.worklist import need_register

if TYPE_CHECKING:
    from vault.ops.session import Vault

PEOPLE = (Field.LINE_MANAGER, Field.ADMINISTRATOR, Field.HOLDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What would happen: the rows, the accounts that they name, the people whom they name."""

    plan: Plan
    table: Table
    ids: Mapping[str, str]
    before: Mapping[str, Mapping[str, Any]] = field(repr=False)
    people: Mapping[str, tuple[str, ...]] = field(repr=False)
    strangers: int
    sealed: frozenset[str]
    closed: frozenset[str]
    unbound: frozenset[int]
    released: frozenset[int]
    size: int

    @property
    def deposits(self) -> tuple[PlannedRow, ...]:
        """The rows whose secrets would go in."""
        full = self.sealed | self.closed
        return tuple(row for row in self.taken if row.secrets and self.id_of(row) not in full)

    @property
    def of_closed(self) -> int:
        """How many rows are of an account that the register has as closed."""
        return sum(self.id_of(row) in self.closed for row in self.taken)

    @property
    def left_alone(self) -> int:
        """How many rows bring a secret for an account whose secret the vault has."""
        taken = self.plan.of(Outcome.UNCHANGED) + self.plan.of(Outcome.CHANGED)
        return sum(bool(row.secrets) and self.id_of(row) in self.sealed for row in taken)

    @property
    def not_going_in(self) -> Mapping[int, tuple[str, ...]]:
        """Row → its secrets that do not go in: another row's do, or the vault has one for the account."""
        return not_going_in(self.plan, self.deposits)

    @property
    def left_over(self) -> frozenset[int]:
        """The rows that are needed still: those not understood, and those with a secret that does not go in."""
        return frozenset({problem.row for problem in self.plan.problems} | set(self.not_going_in))

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing would be written: no account, no field, no secret, nobody who could be linked."""
        fresh = self.plan.of(Outcome.NEW) or self.plan.of(Outcome.CHANGED)
        return not (fresh or self.deposits or any(self.people.values()))

    @property
    def taken(self) -> tuple[PlannedRow, ...]:
        """The rows that stand for an account: new, changed, unchanged."""
        wanted = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
        return tuple(row for row in self.plan.rows if row.outcome in wanted)

    def id_of(self, row: PlannedRow) -> str | None:
        """The account that the register has for a row."""
        return self.ids.get(row.handle.full_key) if row.handle else None


def plan_import(vault: Vault, raw: bytes, choices: Choices) -> Planned:
    """Say what the file would do; writes nothing."""
    vault.require_role(CUSTODIAN, ADMINISTRATOR)
    need_register(vault)
    table = read_table(raw)
    columns = understand(table.header, choices.mapping)
    known = vault.names.many("account")
    closed = {row["id"]: row["closed"] for row in vault.state.find("account", state=CLOSED)}
    ids = _by_key(known, closed)
    existing = {key: known[id_] for key, id_ in ids.items()}
    made = plan(table, columns, existing, platforms=platforms())
    made = filled(replace(made, rows=tuple(_settle(vault, row, made, table, ids) for row in made.rows)))
    people, strangers = _people(vault, made)
    sealed = {row["account"] for state in LIVE for row in vault.state.find("version", state=state)}
    return Planned(
        plan=made,
        table=table,
        ids=ids,
        before=known,
        people=people,
        strangers=strangers,
        sealed=frozenset(sealed),
        closed=frozenset(closed),
        unbound=frozenset(row.number for row in made.of(Outcome.NEW) if not _binds(vault, row, choices)),
        released=frozenset(
            row.number
            for row in made.of(Outcome.CHANGED)
            if row.handle is not None and _releases(vault, row, ids[row.handle.full_key])
        ),
        size=vault.follower.size,
    )


def _binds(vault: Vault, row: PlannedRow, choices: Choices) -> bool:
    """Whether the document in force binds the force that the row, or the choice for all rows, names."""
    force = row.details.get(Field.FORCE) or choices.force
    return vault.profile.binds(accounts.force_code(vault.profile, force) if force else None)


def _releases(vault: Vault, row: PlannedRow, id_: str) -> bool:
    """Whether the row says that an account which the document binds is of a force that it does not bind."""
    moves = any(change.name == Field.FORCE for change in row.changes)
    before = (vault.state.get("account", id=id_) or {}).get("force")
    return moves and vault.profile.binds(before) and not _binds(vault, row, Choices())


def _by_key(known: Mapping[str, Mapping[str, Any]], closed: Mapping[str, int]) -> dict[str, str]:
    """Key → account: of several under one handle the one in use, else the one that was closed last."""
    order = sorted(known, key=lambda id_: (id_ not in closed, closed.get(id_, 0)))
    return {known[id_]["key"]: id_ for id_ in order if "key" in known[id_]}


def _settle(vault: Vault, row: PlannedRow, made: Plan, table: Table, ids: Mapping[str, str]) -> PlannedRow:
    """Compare what has a code by its code, and refuse what cannot be meant."""
    if row.problem is None and (bad := _cannot_be(row)) is not None:
        position = next(at for at, meant in made.columns.fields.items() if meant == bad[0])
        problem = Problem(row.number, column_name(position, table.header), bad[1])
        return PlannedRow(row.number, Outcome.NOT_UNDERSTOOD, problem=problem)
    today = london_day(vault.clock()).isoformat()
    row = replace(row, warnings=(*row.warnings, *doubts(vault.profile, row.details, today=today)))
    if row.outcome not in (Outcome.CHANGED, Outcome.UNCHANGED) or row.handle is None:
        return row
    account = vault.state.get("account", id=ids[row.handle.full_key]) or {}
    if account["state"] == CLOSED:
        row = replace(row, warnings=(*row.warnings, _closed(account, row.handle)))
    coded = codes_of(vault.profile, row.details, Choices(), today=today)
    changes = tuple(change for change in row.changes if not same_code(change.name, coded, account))
    return replace(row, changes=changes, outcome=Outcome.CHANGED if changes else Outcome.UNCHANGED)


def _closed(account: Row, known: Handle) -> str:
    """Whether the file is older than the closing, or somebody uses the handle again, is not guessed."""
    return (
        f"taken for {account['id']}, closed on {account['closed_at'][:10]}; if the handle is used again, register "
        f"that first: keyholder account add {quote(known.name)}"
    )


def _cannot_be(row: PlannedRow) -> tuple[str, str] | None:
    """The first column whose cell is no secret of its kind, or too long, and why."""
    if (secret := bad_part(row.secrets)) is not None:
        return secret, f"that cannot be a {secret.replace('_', ' ')}"
    if (field := lengths.too_long("account", row.details)) is not None:
        return field, f"longer than {lengths.limit('account', field):,} characters"
    return None


def _people(vault: Vault, made: Plan) -> tuple[dict[str, tuple[str, ...]], int]:
    """Cell → the persons that it names, and how many names nobody in the register has."""
    cells = [row.details[f] for row in made.rows if not row.duplicate_of for f in PEOPLE if f in row.details]
    found = {cell: _named(vault, cell) for cell in set(cells)}
    strangers = sum(None in found[cell] for cell in cells)
    return {cell: tuple(id_ for id_ in ids if id_) for cell, ids in found.items()}, strangers


def _named(vault: Vault, cell: str) -> list[str | None]:
    """The persons of one cell; with a comma it is one name ("Stone, Bob") or several."""
    found: list[str | None] = []
    for name in (part for part in re.split(r"[;\n/&]", cell) if part.strip()):
        surname, comma, first = name.partition(",")
        whole = _person(vault, name) or (_person(vault, f"{first} {surname}") if comma else None)
        several = [part for part in name.split(",") if part.strip()]
        found += [whole] if whole or len(several) < 2 else [_person(vault, part) for part in several]
    return found


def _person(vault: Vault, name: str) -> str | None:
    try:
        found = vault.names.search("person", name.strip())
    except UsageProblem:  # two of that name: which one is not guessed
        return None
    row = vault.state.get("person", id=found) if found else None
    return found if row is not None and row["state"] != "left" else None


def skipped_csv(planned: Planned) -> str:
    """The rows that are left over, as they stood, under their header: to correct and import again."""
    wanted = planned.left_over
    text = io.StringIO()
    writer = csv.writer(text, delimiter=planned.table.delimiter, lineterminator="\n")
    writer.writerow(planned.table.header)
    writer.writerows(row.cells for row in planned.table.rows if row.number in wanted)
    return text.getvalue()
