"""`keyholder due`: what falls due, for whom and by when; as a table or as a calendar file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, command
from vault.errors import FindingsExist, UsageProblem

if TYPE_CHECKING:
    from vault.ops.due import Agenda

_OURS = b"PRODID:-//Keyholder//due//EN"
_COLUMNS = ("state", "due on", "days", "what", "about", "for", "why", "clause", "binds", "local number")


@command("due", example="keyholder due --within 14 --for 'Ada Byron' --ics due.ics", looks_back=True)
@click.option(
    "--within",
    type=click.IntRange(0, 3660),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="How far ahead.",
)
@click.option(
    "--for",
    "whose",
    metavar="WHO",
    help="Only what is for that role or post, or for that person by name, role or post.",
)
@click.option(
    "--ics", metavar="FILE", help="Write a calendar file, too; importing it again updates the first."
)
@click.option("--names", is_flag=True, help="Name people, and accounts of individuals, in the calendar file.")
def due(app: App, *, within: int, whose: str | None, ics: str | None, names: bool) -> None:
    """What falls due, the most urgent first: overdue, then by day, then what has no day. Exit code 7 if overdue.

    Steps about silent accounts, ends of temporary ones, training, acknowledgements, reviews and attestations before
    they lapse, work that was put off, rotations that stand still, open claims. A number that the document does not give
    is marked as local. What was never recorded of many is one line for each clause; --for WHO has it one by one.
    """
    from vault.ops import due as ops
    from vault.ops.files import check_replaceable, write_private

    if names and not ics:
        raise UsageProblem("--names is about the calendar file", hint="give --ics FILE, too")
    path = Path(ics).expanduser() if ics else None
    if path:
        check_replaceable(path, mark=_OURS)
    vault = open_vault(app)
    found = ops.agenda(
        vault,
        within=within,
        whose=whose,
    )
    app.out.rows(_COLUMNS, _lines(found), spare=("clause", "binds", "local number"))
    if path:
        write_private(path, ops.calendar(vault, found, names=names), mark=_OURS)
        left = sum(item.due.due_on is None for item in found.items)
        app.out.note(f"written: {path}" + (f"; {left} without a day are not in it" if left else ""))
    if found.overdue:
        raise FindingsExist(f"{found.overdue} overdue on {found.today:%d/%m/%Y}")


def _lines(found: Agenda) -> list[tuple[object, ...]]:
    return [
        (
            item.state,
            item.due.due_on,
            item.days,
            item.due.what.replace("_", " "),
            item.about,
            list(item.who),
            item.due.words,
            item.due.clause,
            item.due.mandatory,
            item.due.local,
        )
        for item in found.items
    ]
