"""`keyholder init`: a new vault and its first member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.options import App, command, to_pipe

if TYPE_CHECKING:
    from pathlib import Path

    from cli.once import Passphrase
    from vault.ops.create import Created

_AGAIN = "make another kit: keyholder recovery renew"
_UNSEEN = "start again: keyholder init"


@command(
    "init",
    example="keyholder init --policy PROFILE --name 'Ada Byron' --collar 1815 --email ada@police.example",
)
@click.option("--policy", required=True, help="The policy profile: the name of its file.")
@click.option("--name", required=True, help="Your name.")
@click.option("--collar", required=True, help="Your collar number.")
@click.option("--email", required=True, help="Your e-mail address.")
@click.option("--machine", default="first machine", show_default=True, help="A nickname for this machine.")
@click.option(
    "--group", metavar="OSGROUP", help="Let this group of the machine's users share the vault's file."
)
@click.option(
    "--own-passphrase", is_flag=True, help="Type a passphrase of your own instead of six drawn words."
)
@to_pipe
def init(
    app: App,
    *,
    policy: str,
    machine: str,
    group: str | None,
    own_passphrase: bool,
    to_pipe: bool,
    **person: str,
) -> None:
    """Make a new vault with you as administrator and custodian.

    The passphrase, the vault's ten words and the recovery kit are shown once: have paper at hand. Nothing that
    exists is touched. The vault is made at KEYHOLDER_VAULT, else in your own Keyholder folder.
    """
    from cli.once import ask_for_kit_line, new_passphrase
    from vault.ops.create import check_new, create, share_with_group
    from vault.store import profiles
    from vault.store.home import Home

    home, location = Home(app.settings.home), _location(app)
    details = _described(person)
    document = profiles.document(policy)
    check_new(home, location=location, group=group)
    app.terminal.ready_to_show(to_pipe=to_pipe)
    secret = new_passphrase(app, own=own_passphrase, personal=person.values())
    try:
        made = create(
            home,
            location=location,
            profile=policy,
            document=document,
            passphrase=secret.text,
            person=details,
            machine=machine,
            clock=app.clock,
            random=app.random,
            cost=app.context.cost,
            show=lambda papers: _show(app, papers, location, home.folder, secret, to_pipe=to_pipe),
        )
    except BaseException:
        if not home.exists():
            app.out.note("no vault was made: if something was written down already, destroy it")
        raise
    app.context.changed = True
    if group is not None:
        share_with_group(location, group)
    ask_for_kit_line(app, made.kit, again=_AGAIN)
    app.out.note("keep the kit where the vault is not; next: keyholder status")


def _show(app: App, made: Created, location: str, home: Path, secret: Passphrase, *, to_pipe: bool) -> None:
    """What is not shown again, and where the vault is."""
    from cli.once import answer

    shown = {"passphrase": secret.text} if secret.generated else {}
    public = {
        "vault": location,
        "vault id": made.vault_id,
        "vault words": " ".join(made.words),
        "home": str(home),
    }
    kit = {"vault words": public["vault words"], "recovery kit": made.kit}
    answer(app, public, {**shown, **kit}, to_pipe=to_pipe, unseen=_UNSEEN)


def _described(person: dict[str, str]) -> dict[str, str]:
    """You, as everybody else in the register; the first member is always found by collar number and address."""
    from vault.errors import UsageProblem
    from vault.ops.people import described

    found = described(**person)
    for field in person:
        if field not in found:
            raise UsageProblem(f"--{field} is empty", hint="give your own; the register finds you by it")
    return found


def _location(app: App) -> str:
    """Where the vault is to be made; a path is written down whole, so that it is found from any folder."""
    from pathlib import Path

    given = app.settings.vault or str(app.settings.home / "vault.db")
    return given if "://" in given else str(Path(given).expanduser().absolute())
