"""`keyholder status` and `keyholder doctor`: what needs attention, in the register and on this machine."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, command
from cli.when import show, stamp
from cli.words import counted
from vault.errors import FindingsExist, IntegrityError, VaultError

if TYPE_CHECKING:
    from vault.domain.finding import Finding
    from vault.ops.doctor import Check
    from vault.ops.findings import Status


_LISTED = "see each with: keyholder status --all; with names: keyholder status --names"


@command("status", example="keyholder status --names", looks_back=True)
@click.option("--names", is_flag=True, help="Unlock, and show names instead of ids.")
@click.option("--all", "every", is_flag=True, help="Every finding, not only the number of each kind.")
@click.option(
    "--quiet", is_flag=True, help="Print nothing; the exit code says whether anything needs attention."
)
def status(app: App, *, names: bool, every: bool, quiet: bool) -> None:
    """What needs attention: findings with their clause, overdue work, void entries. Exit code 7 if there is any.

    Needs no passphrase: it shows ids, codes and counts. With --names it unlocks and shows names.
    """
    from vault.ops import findings

    vault = open_vault(app, unlock=names)
    found = findings.status(vault)
    if not quiet:
        subjects = {finding.subject for finding in found.findings} | {found.person}
        shown = findings.subject_names(vault, subjects) if names else {}
        _print(app, found, shown, every=every or names)
    elif found.findings:
        click.get_current_context().exit(FindingsExist.exit_code)
    if found.findings:
        listed = every or names or app.out.format != "table"
        raise FindingsExist(counted(len(found.findings), "finding"), hint="" if listed else _LISTED)


def _print(app: App, found: Status, names: dict[str, str], *, every: bool) -> None:
    """In a table the counts come first; JSON and CSV carry the findings alone, one document."""
    if app.out.format == "table":
        app.out.record(
            {
                "member": names.get(found.person, found.person),
                "roles": found.roles,
                "policy": found.profile,
                "log": f"{found.entries} entries, verified; the newest of {_when(found.newest)}",
                "last outside head": found.outside,
                **found.counts,
            }
        )
    if every or app.out.format != "table":
        _each(app, found.findings, names)
    else:
        _by_kind(app, found.findings)


def _when(time: str) -> str:
    at = stamp(time)
    return show(at) if at else "never"


def _each(app: App, found: tuple[Finding, ...], names: dict[str, str]) -> None:
    columns = ("finding", "about", "what", "clause", "entries", "next")
    rows = [
        (one.kind, names.get(one.subject, one.subject), one.words, one.clause, list(one.evidence), one.next)
        for one in found
    ]
    app.out.rows(columns, rows)


def _by_kind(app: App, found: tuple[Finding, ...]) -> None:
    """One line for each kind and clause, in the order of urgency."""
    number = Counter((one.kind, one.clause, one.next) for one in found)
    rows = [(kind, many, clause, hint) for (kind, clause, hint), many in number.items()]
    app.out.rows(("finding", "number", "clause", "next"), rows)


@command("doctor", example="keyholder doctor --deep")
@click.option("--deep", is_flag=True, help="Hash every sealed value, replay the log, compare the register.")
def doctor(app: App, *, deep: bool) -> None:
    """Check this machine, the database and the keys. Needs no passphrase. Exit code 6 or 7 if anything is wrong."""
    from vault.ops import doctor as ops
    from vault.store.home import Home

    home, settings = Home(app.settings.home), app.settings
    if not home.exists():
        home.place()  # says that there is none
    checks = list(ops.machine(home, settings.vault))
    failed: VaultError | None = None
    try:
        checks += ops.vault_checks(open_vault(app, unlock=False), deep=deep)
    except VaultError as problem:
        failed = problem
        checks.append(ops.Check(name="vault", state=ops.BAD, words=problem.message, next=problem.hint))
    app.out.rows(("check", "state", "what", "next"), [(c.name, c.state, c.words, c.next) for c in checks])
    if failed is not None:
        raise failed
    _judge(checks)


def _judge(checks: list[Check]) -> None:
    from vault.ops.doctor import ATTENTION, BAD

    bad = [check.name for check in checks if check.state == BAD]
    if bad:
        raise IntegrityError(f"wrong: {', '.join(bad)}")
    noted = [check.name for check in checks if check.state == ATTENTION]
    if noted:
        raise FindingsExist(f"not in order: {', '.join(noted)}")
