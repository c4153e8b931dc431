"""After somebody has come or gone: new team keys, and what holders are owed, by whoever may.

Only a member of a team can start its epoch. Where the one who acts is not one, the team stays *epoch due* and
nothing is accepted for it until a member has acted; the answer says so, and who could.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.domain import events, exposure, keys
from vault.domain.events import Register
from vault.ops import sealing

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx

TEAMS = (keys.REGISTER, keys.CUSTODY)


def settle(tx: Tx) -> tuple[str, ...]:
    """Start the epochs that are due; the teams that must wait for one of their own."""
    due = [team for team in TEAMS if keys.epoch_due(tx.state, team)]
    for team in due:
        if _may_start(tx, team):
            tx.start_epoch(team)
    return tuple(team for team in due if keys.epoch_due(tx.state, team))


def _may_start(tx: Tx, team: str) -> bool:
    roles = tx.vault.roles() & (keys.TEAM_ROLES[team] | {events.RECOVERY})
    return bool(roles) and tx.vault.keyring.is_in(tx.state, team)


def starters(reg: Register, team: str) -> list[str]:
    """Persons who could start the next epoch: of the team, with a keyset that opens the newest one."""
    newest = keys.newest_epoch(reg, team)
    sealed = {row["keyset"] for row in reg.find("epoch_seal", epoch=newest["id"])} if newest else set()
    people = {p for role in keys.TEAM_ROLES[team] for p in keys.members(reg, role)}
    return sorted(p for p in people if sealed & set(keys.active_keysets(reg, p)))


def owed_shares(reg: Register, person: str) -> list[tuple[str, int, str]]:
    """(account, version, keyset) that a holder is owed and was not sealed: candidates too, or a rotation locks out."""
    keysets = keys.active_keysets(reg, person) if keys.roles_of(reg, person) else []
    accounts = sorted(
        {row["account"] for row in reg.find("grant_", person=person, kind="secret", revoked=None)}
    )
    return [
        (account, version["number"], keyset)
        for account in accounts
        for version in reg.find("version", account=account)
        if version["state"] in exposure.LIVE
        for keyset in keysets
        if reg.get("recipient", keyset=keyset, account=account, number=version["number"]) is None
    ]


def share_owed(tx: Tx, person: str) -> tuple[int, int]:
    """Seal to a holder's new keys what their grants give them: (accounts shared, accounts that wait)."""
    owed = owed_shares(tx.state, person)
    accounts = len({account for account, _, _ in owed})
    if not owed or events.CUSTODIAN not in tx.vault.roles():
        return 0, accounts
    if not tx.vault.keyring.is_in(tx.state, keys.CUSTODY):
        return 0, accounts
    for account, number, keyset in owed:
        sealing.share_version(tx, account=account, number=number, to=keyset)
    return accounts, 0


def renew(vault: Vault) -> tuple[tuple[str, ...], int]:
    """What waits for this member: due epochs started, owed versions shared. (Teams still due, accounts shared.)"""
    with vault.change() as tx:
        waiting = settle(tx)
        shared = sum(share_owed(tx, row["id"])[0] for row in tx.state.find("person", state="active"))
    return waiting, shared
