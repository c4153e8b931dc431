"""Which row's secret goes in, where a spreadsheet has several rows for one account; and which secrets go nowhere.

Nobody destroys a spreadsheet while a password stands in it that is nowhere else: what does not go in is named by row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from vault.domain.imports import Outcome, Plan, PlannedRow


def filled(plan: Plan) -> Plan:
    """The first row of an account takes the secrets that it lacks from the rows that repeat it, in their order."""
    secrets: dict[int, dict[str, str]] = {}
    taken: dict[int, list[str]] = {}
    for row in plan.rows:
        own = secrets.setdefault(row.duplicate_of or row.number, {})
        taken[row.number] = [name for name in row.secrets if name not in own] if not row.problem else []
        own.update({name: row.secrets[name] for name in taken[row.number]})
    rows = (_with(row, secrets.get(row.number, {}), taken[row.number]) for row in plan.rows)
    return replace(plan, rows=tuple(rows))


def _with(row: PlannedRow, secrets: Mapping[str, str], taken: Collection[str]) -> PlannedRow:
    if row.problem:
        return row
    if not row.duplicate_of:
        return replace(row, secrets=secrets)
    said = tuple(f"its {_name(part)} is taken: row {row.duplicate_of} has none" for part in taken)
    return replace(row, warnings=(*row.warnings, *said))


def not_going_in(plan: Plan, deposits: Collection[PlannedRow]) -> dict[int, tuple[str, ...]]:
    """Row → its secrets that are not among those of ``deposits``. A row not understood is named elsewhere."""
    going = {row.number: row.secrets for row in deposits}
    found = {
        row.number: tuple(
            _name(name)
            for name, value in row.secrets.items()
            if going.get(row.duplicate_of or row.number, {}).get(name) != value
        )
        for row in plan.rows
        if row.outcome is not Outcome.NOT_UNDERSTOOD
    }
    return {number: names for number, names in found.items() if names}


def _name(part: str) -> str:
    return part.replace("_", " ")
