"""`keyholder account import`: a spreadsheet of accounts, planned, agreed to, and registered in one transaction."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.account import account
from cli.opening import open_vault
from cli.options import App, plan
from cli.words import counted
from vault.errors import UsageProblem, VaultError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vault.domain.imports import Change
    from vault.ops.imports import Planned


@account.command(
    "import", example="keyholder account import accounts.csv --force FORCE --skip-bad left-over.csv"
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COL=FIELD",
    help="What a column holds, or ignore.",
)
@click.option(
    "--skip-bad",
    type=click.Path(path_type=Path),
    metavar="OUT.csv",
    help="Write here the rows that are not understood, and those whose secret does not go in.",
)
@click.option("--force", metavar="FORCE", help="The force, for rows that name none.")
@click.option("--owner-kind", metavar="KIND", help="The owner kind, for rows that name none.")
@plan
@click.option("--yes", is_flag=True, help="Register without asking.")
def import_(
    app: App,
    *,
    file: Path,
    mapping: tuple[str, ...],
    skip_bad: Path | None,
    force: str | None,
    owner_kind: str | None,
    plan: bool,
    yes: bool,
) -> None:
    """Register the accounts of a CSV file: shows what it would do, asks, then all at once or nothing."""
    from cli.evidence import read_file
    from vault.domain.tables import MAX_BYTES
    from vault.ops import accounts, importing, imports
    from vault.ops.import_words import Choices

    raw = read_file(file, limit=MAX_BYTES)
    vault = open_vault(app)
    kind = accounts.owner_kind(vault.profile, owner_kind) if owner_kind else None
    choices = Choices(mapping=_mapping(mapping), force=force, owner_kind=kind)
    planned = imports.plan_import(vault, raw, choices)
    _show_all(app, planned, file)
    if plan:
        return
    if not planned.plan.rows:
        raise UsageProblem(f"{file.name} has a heading and no rows", hint="is it the right file?")
    if planned.plan.problems and skip_bad is None:
        importing.register(vault, planned, raw, choices, skip_bad=False)
    if planned.changes_nothing and not (skip_bad and planned.left_over):
        app.out.note(f"{file.name} brings nothing new: nothing was registered")
        _after(app, planned, file, None)
        return
    if not yes and not app.terminal.confirm("register these", option="--yes"):
        app.out.note("nothing was registered")
        return
    kept = _keep_bad(skip_bad, imports.skipped_csv(planned)) if skip_bad and planned.left_over else None
    with _unless_it_fails(kept):
        done = importing.register(vault, planned, raw, choices, skip_bad=True)
    app.context.changed = True
    app.out.note(
        f"registered: {done.new:,} new, {done.changed:,} changed, {done.deposits:,} with a secret, "
        + counted(done.linked, "link")
    )
    _unjudged(app, planned, "are")
    _after(app, planned, file, kept)


@contextmanager
def _unless_it_fails(kept: Path | None) -> Iterator[None]:
    """The file of what is left over goes again where nothing was registered."""
    try:
        yield
    except BaseException:
        if kept is not None:
            kept.unlink()
        raise


def _unjudged(app: App, planned: Planned, verb: str) -> None:
    """How many accounts no document binds: those that the one in force bound until now, and new ones."""
    if planned.released:
        rows = counted(len(planned.released), "account")
        app.out.note(
            f"{rows} {verb} of a force that this document does not bind, and {verb} judged no more (row "
            f"{', '.join(map(str, sorted(planned.released)))} of the spreadsheet); see them: keyholder status"
        )
    if planned.unbound:
        rows = counted(len(planned.unbound), "new account")
        app.out.note(f"{rows} {verb} of a force that this document does not bind: nothing judges them here")


def _show_all(app: App, planned: Planned, file: Path) -> None:
    """What nobody read to its end was agreed to by nobody, also with --yes: `| true` is a slip."""
    try:
        show_plan(app, planned, file)
        sys.stdout.flush()
    except BrokenPipeError:
        raise VaultError(
            "the plan was not read to its end: nothing was registered",
            hint="leave it on the terminal, or send it to a file",
        ) from None


def _mapping(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [item.rpartition("=") for item in given]
    if not all(column and meaning for column, _, meaning in pairs):
        raise UsageProblem("--map is written COLUMN=FIELD", hint="for example --map B=handle")
    return {column: meaning for column, _, meaning in pairs}


def _keep_bad(path: Path, text: str) -> Path:
    """A new file for the rows left out: nobody else reads it, and nothing is written over."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise VaultError(
            f"{path} exists already; nothing was registered", hint="choose another name"
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path


def show_plan(app: App, planned: Planned, file: Path) -> None:
    """The plan: counts and problems on stdout, how the columns are read beside them; never a cell of a secret."""
    made, table = planned.plan, planned.table
    from vault.domain.columns import column_name

    for note in made.notes:
        app.out.note(note)
    for position, meant in sorted(made.columns.fields.items()):
        app.out.note(f"column {column_name(position, table.header)}: {meant.replace('_', ' ')}")
    for name in made.columns.not_understood:
        app.out.note(f"column {name}: not understood, not taken")
    for name in made.columns.not_taken:
        app.out.note(f"column {name}: not taken")
    if planned.strangers:
        cells = counted(planned.strangers, "cell names", "cells name")
        app.out.note(f"{cells} somebody who is not in the register: kept as words")
    if planned.left_alone:
        secrets = counted(planned.left_alone, "secret is", "secrets are")
        app.out.note(f"{secrets} left alone: the vault has one of its own there")
    _unjudged(app, planned, "would be")
    if planned.of_closed:
        rows = counted(planned.of_closed, "row is", "rows are")
        app.out.note(f"{rows} taken for accounts that are closed: look at each")
    app.out.rows(("row", "account", "outcome", "words"), _lines(planned))
    words = ", ".join(f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in made.counts.items())
    bring = "brings" if len(planned.deposits) == 1 else "bring"
    app.out.note(f"{file.name}: {words}; {len(planned.deposits):,} {bring} a secret")
    if made.has_passwords:
        _plaintext(app, file)


def _lines(planned: Planned) -> list[tuple[int, str, str, str]]:
    """One line for each row: what becomes of it and why."""
    lines = []
    lost = planned.not_going_in
    for row in planned.plan.rows:
        words = [*row.warnings, *(f"its {part} does not go in" for part in lost.get(row.number, ()))]
        if row.problem:
            words.insert(0, f"{row.problem.column}: {row.problem.reason}".removeprefix(": "))
        if row.duplicate_of:
            differs = f", differs in {', '.join(row.differs_in)}" if row.differs_in else ""
            words.insert(0, f"repeats row {row.duplicate_of}{differs}")
        if row.changes:
            words.insert(0, ", ".join(map(_change, row.changes)))
        name = row.handle.name if row.handle else ""
        lines.append((row.number, name, str(row.outcome), "; ".join(words)))
    return lines


def _change(change: Change) -> str:
    """What becomes of a field: nothing that the register holds is lost."""
    if not change.before:
        return f"sets {change.name}"
    return "adds to notes" if change.name == "notes" else f"changes {change.name} (what it was is kept)"


def _plaintext(app: App, file: Path) -> None:
    where = file.expanduser().absolute()
    app.out.note(
        f"passwords lie in clear text in {where}: once they are in the vault destroy it, and every copy "
        "(mail, share, recycle bin)"
    )


def _after(app: App, planned: Planned, file: Path, kept: Path | None) -> None:
    if kept is not None:
        rows = counted(len(planned.left_over), "row was", "rows were")
        app.out.note(f"{rows} left out: {kept.absolute()}")
        if planned.plan.columns.has_passwords:
            _plaintext(app, kept)
    if planned.not_going_in:
        _not_in_the_vault(app, planned, kept or file)
    elif planned.deposits:
        app.out.note(f"the passwords are in the vault now; {file.name} is no longer needed")
    app.out.note("what is still missing: keyholder account list --lacking holder --lacking line_manager")


def _not_in_the_vault(app: App, planned: Planned, where: Path) -> None:
    """Secrets that are nowhere but in the file: it must not go before somebody has looked at them."""
    rows = ", ".join(map(str, planned.not_going_in))
    app.out.note(
        f"keep {where}: it has secrets that the vault has not (row {rows} of the spreadsheet); find out which one the "
        "platform takes, and if it is not the vault's: keyholder secret set ACCOUNT --password prompt"
    )
