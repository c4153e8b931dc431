"""After somebody has come or gone: new team keys, and what holders are owed, by whoever may.

Only a member of a team can start its epoch. Where the one who acts is not one, the team stays *epoch due* and
nothing is accepted for it until a member has acted; the answer says so, and who could.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import epochs as rules
from vault.domain import events, exposure, keys
from vault.domain.events import Register, Row
from vault.errors import Refused, UsageProblem
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


def waiting(tx: Tx) -> tuple[str, ...]:
    """The teams whose next epoch is due and that somebody else must start: what `settle` would leave."""
    return tuple(team for team in TEAMS if keys.epoch_due(tx.state, team) and not _may_start(tx, team))


def _may_start(tx: Tx, team: str) -> bool:
    roles = tx.vault.roles() & (keys.TEAM_ROLES[team] | {events.RECOVERY})
    return bool(roles) and tx.vault.keyring.is_in(tx.state, team)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What was left out of a team's epochs, who had made it, and what nobody can carry on from it."""

    team: str
    follows: int
    left_out: tuple[tuple[int, str], ...]
    accounts: tuple[str, ...]
    descriptions: tuple[str, ...]


def skip(vault: Vault, team: str) -> Skipped:
    """Start an epoch that follows the newest one that these keys open: for one that was sealed wrongly to them."""
    vault.require_role(*keys.TEAM_ROLES[team])
    with vault.change() as tx:
        done = leave_out(tx, team)
    if done is None:
        raise UsageProblem(
            f"the {team} team's newest key opens with yours: there is nothing to leave out",
            hint="start what is due without it: keyholder team renew",
        )
    return done


def leave_out(tx: Tx, team: str) -> Skipped | None:
    """The same inside a unit of work; None, and nothing written, if the newest epoch opens."""
    rows = sorted(tx.state.find("epoch", team=team, skipped=None), key=lambda row: -row["number"])
    follows = next((row for row in rows if tx.vault.keyring.opens(tx.state, row)), None)
    if follows is None:
        raise Refused(
            f"no key of the {team} team that was sealed to yours opens",
            hint="another member of the team can do it; or recover with the kit: keyholder recover --skip",
        )
    left_out = rules.skipped_by(tx.state, follows)
    if not left_out:
        return None
    ids = [row["id"] for row in left_out]
    live = [row for id_ in ids for row in tx.state.find("version", epoch=id_)]
    accounts = sorted({row["account"] for row in live if row["state"] in exposure.LIVE})
    tx.start_epoch(team, follows=follows)
    return Skipped(
        team=team,
        follows=follows["number"],
        left_out=tuple((row["number"], _author(tx.state, row)) for row in left_out),
        accounts=tuple(accounts),
        descriptions=tuple(tx.vault.names.lost(ids)) if team == keys.REGISTER else (),
    )


def _author(reg: Register, row: Row) -> str:
    keyset = reg.get("keyset", id=row["author"])
    return str(keyset["person"] or "the kit") if keyset else ""


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
