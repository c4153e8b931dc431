"""Open the vault for a command: find the home, verify what is new, unlock when keys are needed.

`keyholder shell` keeps the opened vault between lines; every other command closes it at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.options import App

if TYPE_CHECKING:
    from datetime import datetime

    from vault.ops.session import Vault
    from vault.store.register import State


def open_vault(app: App, *, unlock: bool = True, sync: bool = True) -> Vault:
    """The vault, synced; unlocked unless the command needs no keys. `audit verify` syncs when it has verified."""
    from vault.ops.session import Vault
    from vault.store.home import Home

    vault = app.context.session
    if not isinstance(vault, Vault):
        settings = app.settings
        vault = Vault.open(Home(settings.home), clock=app.clock, random=app.random, location=settings.vault)
        keep_or_close(app, vault)
    void = vault.sync().void if sync else ()
    if void:
        app.out.note(f"{len(void)} new entries have no effect (void): see keyholder status")
    if unlock and not vault.unlocked:
        from vault.ops.unlock import unlock as open_keys

        open_keys(vault, app.passphrase(), cost=app.context.cost)
    vault.clock_confirmed = app.context.clock_confirmed
    vault.after_commit = lambda: setattr(app.context, "changed", True)
    return vault


def keep_or_close(app: App, vault: Vault) -> None:
    """A shell keeps it for the next line; otherwise it is closed with the command."""
    if app.context.in_shell:
        app.context.session = vault
    else:
        click.get_current_context().call_on_close(vault.close)


def state_at(vault: Vault, as_of: datetime | None) -> State:
    """The register now, or as it was at a time (a replay into memory)."""
    if as_of is None:
        return vault.state
    from vault.ops.session import moment, replay

    return replay(vault, until=moment(as_of))
