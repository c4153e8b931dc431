"""`keyholder recover` and `keyholder recovery`: the kit on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, command, group, to_pipe
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from cli.once import Passphrase
    from vault.ops.recovery import Kit, Recovered, Renewed

_AGAIN = "make another kit: keyholder recovery renew"
_UNSEEN = "nothing was changed; try again: keyholder recovery renew"
_EITHER = "the kit of before is still the one in force, unless `keyholder recovery list` names a newer one"


@command("recover", example="keyholder recover 1815 --kit")
@click.argument("person", required=False)
@click.option(
    "--kit", metavar="SOURCE", is_flag=False, flag_value="", help="The kit's lines: asked for; or - or @FILE."
)
@click.option(
    "--vault-words", help="The vault's ten words, as they stand on the kit; asked for where not given."
)
@click.option("--name", help="For somebody who is not in the register yet: their name.")
@click.option("--collar", default="", help="And their collar number.")
@click.option("--email", default="", help="And their e-mail address.")
@click.option(
    "--machine", default="recovered machine", show_default=True, help="A nickname for this machine."
)
@click.option(
    "--own-passphrase", is_flag=True, help="Type a passphrase of your own instead of six drawn words."
)
@click.option("--skip", is_flag=True, help="Leave out team keys that the kit does not open.")
@to_pipe
def recover(
    app: App,
    *,
    person: str | None,
    kit: str | None,
    vault_words: str | None,
    machine: str,
    own_passphrase: bool,
    skip: bool,
    to_pipe: bool,
    **new: str | None,
) -> None:
    """Make PERSON administrator and custodian again, on this fresh machine, with the recovery kit.

    For when no administrator has keys any more. Everybody sees that the kit was used; make another one then.
    """
    from cli.once import new_passphrase
    from vault.ops.recovery import recover as readmit
    from vault.store.home import Home

    if (person is None) == (new["name"] is None):
        raise UsageProblem(
            "who is to be administrator?", hint="name somebody of the register, or give --name"
        )
    if not own_passphrase and app.settings.passphrase_file is None:
        app.terminal.ready_to_show(to_pipe=to_pipe)
    words = vault_words or app.terminal.ask("the vault's ten words", option="--vault-words")
    lines = _lines(app, kit)
    given = {field: value for field, value in new.items() if value}
    secret = new_passphrase(app, own=own_passphrase, personal=given.values())
    done = readmit(
        Home(app.settings.home),
        location=_location(app),
        vault_id=words,
        lines=lines,
        person=person,
        new_person=given if person is None else None,
        passphrase=secret.text,
        machine=machine,
        clock=app.clock,
        random=app.random,
        cost=app.context.cost,
        skip=skip,
    )
    app.context.changed = True
    _tell(app, done, secret, to_pipe=to_pipe)


def _tell(app: App, done: Recovered, secret: Passphrase, *, to_pipe: bool) -> None:
    """Who has keys again, the passphrase if it was drawn, and what is to be done next."""
    from cli.once import answer

    fields = {"administrator": done.name, "person": done.person, "keyset": done.keyset}
    secrets = {"passphrase": secret.text} if secret.generated else {}
    unseen = f"nobody can open the new keys: remove {app.settings.home}, and run `keyholder recover` again"
    answer(app, fields, secrets, to_pipe=to_pipe, unseen=unseen)
    app.out.note("the kit was used, and everybody is shown so; " + _AGAIN)
    for team in done.teams_due:
        app.out.note(f"the {team} team's keys are due: one of its members must run `keyholder team renew`")


def _location(app: App) -> str:
    if app.settings.vault is None:
        raise UsageProblem("where the vault is, is not known on a fresh machine", hint="set KEYHOLDER_VAULT")
    return app.settings.vault


def _lines(app: App, source: str | None) -> str:
    """The kit's four lines, typed one by one, or from where `source` says."""
    if source:
        return app.terminal.read_secret(source, "the kit's lines")
    asked = (app.terminal.ask_secret(f"line {n} of the kit", option="--kit @FILE") for n in range(1, 5))
    return "\n".join(asked)


@group("recovery")
def recovery() -> None:
    """The recovery kit: who saw it, whether it was used, and how to make another."""


@recovery.command("renew", example="keyholder recovery renew --seen-by 2001")
@click.option("--seen-by", multiple=True, metavar="PERSON", help="Who else sees the kit; may be repeated.")
@to_pipe
def renew(app: App, *, seen_by: tuple[str, ...], to_pipe: bool) -> None:
    """Make another kit, shown once, and first; the old one ends when this one is in force.

    With a second administrator it is in force when they have confirmed it.
    """
    from cli.once import answer, ask_for_kit_line, due_notes
    from vault.ops import recovery as kits

    app.terminal.ready_to_show(to_pipe=to_pipe)
    vault = open_vault(app)
    words, shown = {"vault words": " ".join(_words(vault.vault_id))}, []

    def show(lines: list[str]) -> None:
        shown.append(True)
        answer(app, words, {"recovery kit": lines}, to_pipe=to_pipe, unseen=_UNSEEN)

    try:
        made = kits.renew(vault, seen_by=seen_by, show=show)
    except BaseException:
        if shown:
            app.out.note(_EITHER)
        raise
    app.out.note(
        "this kit is in force now; the one of before has ended" if made.pending is None else _waits(made)
    )
    due_notes(app, vault, made.teams_due)
    ask_for_kit_line(app, made.kit, again=_AGAIN)


def _waits(made: Renewed) -> str:
    return f"keep the old kit until another administrator has run `keyholder confirm {made.pending}`"


def _words(vault_id: bytes) -> list[str]:
    from audit.words import to_words

    return to_words(vault_id)


@recovery.command("list", example="keyholder recovery list")
def list_(app: App) -> None:
    """Every kit that ever was."""
    from vault.ops import recovery as kits

    rows = [tuple(_fields(kit).values()) for kit in kits.list_kits(open_vault(app))]
    app.out.rows(["kit", "state", "made", "seen by", "used", "renew because"], rows)


@recovery.command("show", example="keyholder recovery show")
def show(app: App) -> None:
    """The kit in force: who saw it, whether it was used, and whether it must be renewed."""
    from vault.ops import recovery as kits

    app.out.record(_fields(kits.show_kit(open_vault(app))))


def _fields(kit: Kit) -> dict[str, object]:
    return {
        "kit": kit.keyset,
        "state": kit.state,
        "made": kit.made,
        "seen by": list(kit.seen_by),
        "used": list(kit.used),
        "renew because": list(kit.due),
    }
