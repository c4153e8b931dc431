"""`keyholder passphrase`: the passphrase of this machine's keys."""

from __future__ import annotations

import click

from cli.opening import open_vault
from cli.options import App, group, to_pipe

_UNSEEN = "nothing was changed: the passphrase of before still opens; try again: keyholder passphrase change"


@group("passphrase")
def passphrase() -> None:
    """The passphrase that opens this machine's keys."""


@passphrase.command("change", example="keyholder passphrase change --new @/run/user/1000/new-passphrase")
@click.option(
    "--new", metavar="SOURCE", help="Your own: - for stdin or a prompt, @FILE or fd:N. Else six drawn words."
)
@to_pipe
def change(app: App, *, new: str | None, to_pipe: bool) -> None:
    """Give this machine's keys another passphrase.

    Only this machine: nothing is written to the vault. Whoever copied the old key file and knew the old passphrase
    can still open that copy on this machine; if that is feared, ask for new keys: keyholder person rekey.
    A drawn passphrase is shown first, and is in force afterwards.
    """
    from cli.once import answer
    from vault.ops.unlock import change_passphrase

    if new is None:
        app.terminal.ready_to_show(to_pipe=to_pipe)
    vault = open_vault(app)
    known = vault.names.details("person", vault.person) if vault.names.reads_details() else {}
    text, generated = _chosen(app, new, personal=[str(value) for value in known.values()])
    secrets = {"passphrase": text} if generated else {}
    answer(app, {"keyset": vault.place.keyset}, secrets, to_pipe=to_pipe, unseen=_UNSEEN)
    try:
        change_passphrase(vault, text, cost=app.context.cost)
    except BaseException:
        app.out.note("keep both: the passphrase of before opens, as long as the new one does not")
        raise
    app.context.changed = True


def _chosen(app: App, new: str | None, *, personal: list[str]) -> tuple[str, bool]:
    from audit.words import word_list
    from vault.crypto import generate, strength

    if new is None:
        return generate.passphrase(word_list(), random=app.random), True
    text = app.terminal.read_secret(new, "new passphrase", new=True)
    strength.check_passphrase(text, personal=[word for value in personal for word in value.split()])
    return text, False
