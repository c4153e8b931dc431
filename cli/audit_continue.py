"""`keyholder audit continue`, `audit lost`, and the question to whoever had verified more than a restored log shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.options import App, Verb
from vault.errors import IntegrityError, UsageProblem, VaultError

if TYPE_CHECKING:
    from vault.ops.continuing import Survey
    from vault.ops.session import Vault

_LISTED = 20
_WAY = "ask the administrators; then run `keyholder status` on a terminal and answer"
_STATE = "ask an administrator to run: keyholder audit continue"


def ask_to_go_on(app: App, vault: Vault, error: Exception) -> tuple[int, ...]:
    """Ask once whether to go on with a log that administrators continued from a backup; ``error`` where they did not.

    Returns the void entries of that log.
    """
    from vault.ops import continuing

    found = _surveyed(vault, error)
    said = found.statement
    if said is None or not found.may_accept:
        _refuse(app, found)
        raise error
    words = _words(vault, found)
    lost = found.known.size - found.at
    if not app.terminal.can_ask():
        raise IntegrityError(words, hint=_WAY)
    _tell(app, found, words)
    if not app.terminal.confirm(f"go on with the restored log, without those {lost} entries?", option=""):
        raise IntegrityError(f"{words}; nothing was changed", hint=_WAY)
    void = continuing.accept(vault, found).void
    _after(app, found)
    return void


def _words(vault: Vault, found: Survey) -> str:
    """By whom the log was continued, or whose statement waits, and what is lost; in every way to go on the same."""
    shown, known, said = found.shown.size, found.known.size, found.statement
    lost = f"this machine had verified {known}: entries {found.at} to {known - 1} are lost"
    if said is None:
        return f"the log shown has {shown} entries; {lost}"
    by = " and ".join(_names(vault, said.by))
    if said.waiting:
        return (
            f"entry {said.seq} by {by}, which waits, says that the log goes on at {found.at} entries; {lost}"
        )
    return f"the log was continued from a backup at {found.at} entries by {by}; {lost}"


def _tell(app: App, found: Survey, words: str) -> None:
    """The words, what is lost, and whether those who should have said so have."""
    app.out.note(words)
    _list(app, found)
    if found.statement is not None and found.short_of_word:
        known = len(found.administrators)
        app.out.note(f"this machine knows {known} administrators, of whom {_said(found)}: ask them first")


def _said(found: Survey) -> str:
    return "nobody says so" if found.by_nobody_known else "too few say so"


def _surveyed(vault: Vault, error: Exception) -> Survey:
    """What the log is against the pin; the refusal as it was if that is not the matter, or the log is broken."""
    from audit.errors import AuditError
    from vault.ops import continuing

    try:
        found = continuing.survey(vault)
    except (AuditError, VaultError):
        raise error from None
    if found is None:
        raise error
    return found


def _refuse(app: App, found: Survey) -> None:
    """Both heads, and what is missing."""
    from audit import b64

    app.out.note(f"known here: {found.known.size} entries, root {b64.encode(found.known.root)}")
    app.out.note(f"shown: {found.shown.size} entries, root {b64.encode(found.shown.root)}")
    app.out.note(f"the two are the same before entry {found.at}")
    if found.statement is not None:
        entry = found.statement.seq
        app.out.note(f"an administrator's statement (entry {entry}) waits for a second one, who confirms it")
    else:
        app.out.note(f"no statement of the administrators explains it; if a backup was restored: {_STATE}")


def _names(vault: Vault, people: tuple[str, ...]) -> list[str]:
    """Names where the keys are at hand, ids otherwise."""
    from vault.ops import findings

    try:
        shown = findings.subject_names(vault, people) if vault.unlocked else {}
    except VaultError:  # their descriptions may be among what is lost
        shown = {}
    return [shown.get(person, person) for person in people]


def _list(app: App, found: Survey) -> None:
    for row in found.lost[:_LISTED]:
        app.out.note(f"lost: entry {row['seq']}: {row['event']} {row['subject'] or '-'} of {row['time']}")
    if len(found.lost) > _LISTED:
        app.out.note(f"lost: and {len(found.lost) - _LISTED} more")


def _after(app: App, found: Survey) -> None:
    app.context.changed = True
    app.out.note("what was lost is listed by: keyholder audit lost; record the facts among it again")
    if not found.roles:
        app.out.note("this machine's keys are not in force in the restored log: ask to be invited again")


@click.command(
    "continue",
    cls=Verb,
    example="keyholder audit continue",
)
@click.option("--confirm", "typed", metavar="N", help="The number of entries lost, instead of typing it.")
def continue_(app: App, *, typed: str | None) -> None:
    """As an administrator, go on with a restored log that is behind this machine, and name what is lost.

    Every other machine that had verified more is then asked once. With two administrators the second one runs the
    same command, or `keyholder confirm`.
    """
    from audit.errors import Forked, RolledBack
    from cli.opening import open_vault
    from vault.ops import continuing

    vault = open_vault(app, sync=False)
    try:
        vault.sync()
    except (RolledBack, Forked) as error:
        found = _surveyed(vault, error)
    else:
        raise UsageProblem("this machine's head fits the log: there is nothing to continue")
    lost = found.known.size - found.at
    _tell(app, found, _words(vault, found))
    if typed is not None and found.by_nobody_known:
        raise UsageProblem(
            "nobody whom this machine knows as an administrator says so: this is not confirmed in advance",
            hint="ask the administrators by voice; then, on a terminal: keyholder audit continue",
        )
    app.terminal.confirm_by_typing("continuing without the lost entries", str(lost), given=typed)
    if found.may_accept:
        continuing.accept(vault, found)
        entry, in_force = found.statement.seq if found.statement else 0, True
    else:
        entry, in_force = continuing.go_on(vault, found)
    _after(app, found)
    answer = {"entry": entry, "continued at": found.at, "lost": lost, "in force": in_force}
    app.out.record(answer)
    if not in_force:
        app.out.note(
            "it waits: another administrator runs `keyholder audit continue`; where that says that there is nothing "
            f"to continue, their machine had seen no more, and they run `keyholder confirm {entry}`"
        )


@click.command("lost", cls=Verb, example="keyholder audit lost")
def lost(app: App) -> None:
    """What this machine had verified and gave up with a restored log: entries, ids and codes."""
    from cli.opening import open_vault
    from vault.ops import continuing

    vault = open_vault(app, unlock=False)
    columns = ("of", "entry", "event", "subject", "time")
    rows: list[Any] = [
        (row["size"], row["seq"], row["event"], row["subject"], row["time"])
        for row in continuing.list_lost(vault)
    ]
    app.out.rows(columns, rows)
