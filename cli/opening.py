"""Open the vault for a command: find the home, verify what is new, unlock when keys are needed.

`keyholder shell` keeps the opened vault between lines; every other command closes it at its end. With --as-of it is
handed out as it was then, for the one command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.options import App
from vault.errors import IntegrityError

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.home import Home

_FORGOTTEN = (
    "what this machine had verified was gone, and is read anew: an older copy of the vault would not be noticed; "
    "compare `keyholder audit head` with another member"
)


def open_vault(app: App, *, unlock: bool = True, sync: bool = True) -> Vault:
    """The vault, synced; unlocked unless the command needs no keys. `audit verify` syncs when it has verified."""
    from vault.ops.session import Vault
    from vault.store.home import Home

    vault = app.context.session
    if not isinstance(vault, Vault):
        settings, home = app.settings, Home(app.settings.home)
        remembers = home.state.exists()
        with _explained(home):
            vault = Vault.open(home, clock=app.clock, random=app.random, location=settings.vault)
        keep_or_close(app, vault)
        if settings.vault is not None:
            _is_the_one(vault)
        if not remembers:
            app.out.note(_FORGOTTEN)
    void = _catch_up(app, vault, unlock=unlock) if sync else ()
    if void:
        app.out.note(f"{len(void)} new entries have no effect (void): see keyholder status")
    if sync:
        _say_standing(app, vault)
    if unlock:
        _unlock(app, vault)
    vault.clock_confirmed = app.context.clock_confirmed
    vault.after_commit = lambda: setattr(app.context, "changed", True)
    return _as_it_was(app, vault)


def _catch_up(app: App, vault: Vault, *, unlock: bool) -> tuple[int, ...]:
    """Verify what is new; where an older log was put in place, ask if administrators have said that it goes on."""
    from audit.errors import Forked, RolledBack

    try:
        return vault.sync().void
    except (RolledBack, Forked) as error:
        from cli.audit_continue import ask_to_go_on

        if unlock and app.terminal.can_ask():
            _unlock(app, vault)  # so that the administrators have names
        return ask_to_go_on(app, vault, error)


def _say_standing(app: App, vault: Vault) -> None:
    """Who waits to be admitted, or was revoked, learns it from the first command, not from its failure."""
    from vault.errors import Refused
    from vault.ops import standing

    try:
        standing.check(vault)
    except Refused as problem:
        app.out.note(f"{problem.message}: {problem.hint}")


def _unlock(app: App, vault: Vault) -> None:
    if not vault.unlocked:
        from vault.ops.unlock import unlock as open_keys

        open_keys(vault, app.passphrase(), cost=app.context.cost)


@contextmanager
def _explained(home: Home) -> Iterator[None]:
    """What this machine remembers is a copy, which can be made again; it is not the vault that is damaged."""
    try:
        yield
    except IntegrityError as error:
        if str(home.state) in error.message:
            error.hint = "it can be made anew from the vault: move it away, and try again"
        raise


def _is_the_one(vault: Vault) -> None:
    """KEYHOLDER_VAULT may name another vault: that is a slip, and not an attack on this one."""
    from audit.entry import leaf_hash

    first = vault.shared.bodies(0, 1)
    if first and vault.place.vault_id and leaf_hash(first[0]).hex() != vault.place.vault_id:
        hint = "check KEYHOLDER_VAULT and KEYHOLDER_HOME: they belong together"
        raise IntegrityError("this is another vault than the one of this Keyholder home", hint=hint)


def keep_or_close(app: App, vault: Vault) -> None:
    """A shell keeps it for the next line; otherwise it is closed with the command."""
    if app.context.in_shell:
        app.context.session = vault
    else:
        click.get_current_context().call_on_close(vault.close)


def _as_it_was(app: App, vault: Vault) -> Vault:
    """The vault as of --as-of, gone with the command; where that is in the log is always said."""
    if app.as_of is None:
        return vault
    from vault.ops.past import look_back

    then = look_back(vault, app.as_of)
    click.get_current_context().call_on_close(then.close)
    app.out.note(f"as of entry {then.last.seq} of {vault.follower.size}, written at {then.last.time}")
    if then.doubted:
        app.out.note(
            f"the times of {then.doubted} are contradicted by the others' there, and were not believed"
        )
    return then
