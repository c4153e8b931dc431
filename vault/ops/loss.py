"""The loss of a device: one transaction with everything that follows from it.

The loss, who must be told in which order, and the obligations are one entry. If asked, the keys on the device are
revoked and the teams that they belonged to get new ones. The rotation never waits for a notice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from vault.domain import exposure, keys
from vault.domain.calendar import london, london_day_of
from vault.domain.events import ADMINISTRATOR, Register, Row
from vault.domain.kinds.base import NoticeStep
from vault.domain.kinds.lost_device import LostDeviceChain
from vault.errors import NotFound, UsageProblem
from vault.ops import epochs

if TYPE_CHECKING:
    from vault.domain.policy import Profile
    from vault.ops.session import Vault
    from vault.ops.tx import Tx

_FIRST = "use the recovery kit first, then revoke them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Somebody who must be told of a loss; those of one step are told together."""

    step: int
    recipient: str
    clause: str
    beyond_clause: bool
    told_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a loss brought about."""

    device: str
    entry: int
    notices: tuple[Notice, ...]
    obligations: tuple[Row, ...]
    bare_accounts: tuple[str, ...]
    keyset_revoked: str | None
    keyset_kept: str
    epochs_due: tuple[str, ...]


def lose_in(
    tx: Tx,
    device: str,
    *,
    on: str | None = None,
    reported_by: str | None = None,
    told_at: str | None = None,
    keyset: bool = False,
) -> Loss:
    """The loss as a fact, inside a unit of work: keys last, because their revocation may end the actor's rights."""
    row = tx.state.get("device", id=device)
    if row is None:
        raise NotFound("the device is not in the register")
    kept = _why_kept(tx.state, row) if keyset else "it was not asked for"
    revoked = row["keyset"] if not kept else None
    told = tx.at(told_at) if told_at else None
    # Who says only when the call came knows that it was lost by then; a day alone says less than now does.
    at = tx.at(on or (told if told and not _is_day(told) else None))
    if told is not None and on is not None and _before(told, at):
        raise UsageProblem(
            "you were told before it was lost", hint="look at both times: --on TIME, --told-at TIME"
        )
    entry = tx.emit(
        "device.lost",
        device,
        occurred_at=at,
        tell=_recipients(tx.vault.profile, row["ownership"]),
        told_at=told,
        reported_by=reported_by,
        keyset=revoked,
    )
    if revoked is not None:
        tx.emit("signer.revoked", revoked, reason="device_lost", occurred_at=at)
        epochs.settle(tx)
    return Loss(
        device=device,
        entry=entry,
        notices=notices(tx.state, tx.vault.profile, device),
        obligations=tuple(tx.state.find("obligation", cause=entry, discharged=None)),
        bare_accounts=_bare(tx.state, row),
        keyset_revoked=revoked,
        keyset_kept=kept if row["keyset"] and not revoked else "",
        epochs_due=tuple(team for team in keys.TEAM_ROLES if keys.epoch_due(tx.state, team)),
    )


def _before(time: str, other: str) -> bool:
    """Whether a time is before another; a day alone says nothing of the order on that day."""
    return time < other and not (_is_day(time) and london_day_of(time) == london_day_of(other))


def _is_day(time: str) -> bool:
    """Whether a day was given without a time: its first second in London."""
    return dt.datetime.fromisoformat(time).astimezone(london()).time() == dt.time()


def _why_kept(reg: Register, row: Row) -> str:
    """Why the keys on a device are not revoked; empty if they can be."""
    found = reg.get("keyset", id=row["keyset"]) if row["keyset"] else None
    if found is None:
        return "no keys are known to be on it"
    if found["revoked"] is not None:
        return "they are revoked already"
    last_keys = keys.active_keysets(reg, found["person"]) == [found["id"]]
    if last_keys and keys.members(reg, ADMINISTRATOR) == [found["person"]]:
        return f"they are the last administrator's only keys: {_FIRST}"
    if (team := _orphaned(reg, found["id"])) is not None:
        return f"no other keys open what is sealed to the {team} team: {_FIRST}"
    return ""


def _orphaned(reg: Register, keyset: str) -> str | None:
    """A team whose newest keys nobody but recovery could open, were this keyset revoked."""
    recovery = {row["id"] for row in reg.find("keyset", purpose="recovery")}
    for team in keys.TEAM_ROLES:
        newest = keys.newest_epoch(reg, team)
        sealed = {row["keyset"] for row in reg.find("epoch_seal", epoch=newest["id"])} if newest else set()
        if keyset in sealed and not sealed & set(keys.team_keysets(reg, team)) - recovery - {keyset}:
            return team
    return None


def _recipients(profile: Profile, ownership: str) -> list[str]:
    """Everybody to be told, in the document's order; nobody twice."""
    rule = profile.rule(LostDeviceChain)
    chain = rule.for_ownership(ownership) if rule else None
    steps = chain.steps if chain else ()
    return list(dict.fromkeys(to for step in steps for to in step.recipients))


def _bare(reg: Register, row: Row) -> tuple[str, ...]:
    """Accounts on the device of which nothing is stored: nothing can be owed, but somebody must change them."""
    links = reg.find("device_account", device=row["id"], until_seq=None)
    on_it = {link["account"] for link in [*links, *exposure.factors_on(reg, row)]}
    return tuple(sorted(a for a in on_it if not exposure.live_values(reg, a)))


def notices(reg: Register, profile: Profile, device: str) -> tuple[Notice, ...]:
    """Who must be told of the newest loss of a device, in order."""
    row = reg.get("device", id=device)
    if row is None or row["lost"] is None:
        return ()
    rule = profile.rule(LostDeviceChain)
    chain = rule.for_ownership(row["ownership"]) if rule else None
    steps = {to: n for n, step in enumerate(chain.steps, 1) for to in step.recipients} if chain else {}
    waiting = sorted(reg.find("notice", cause=row["lost"]), key=lambda n: n["position"])
    return tuple(
        Notice(
            step=steps.get(notice["recipient"], notice["position"] + 1),
            recipient=notice["recipient"],
            clause=_clause(chain.steps if chain else (), notice["recipient"]),
            beyond_clause=chain is not None and chain.beyond_clause,
            told_at=notice["told_at"],
        )
        for notice in waiting
    )


def _clause(steps: Sequence[NoticeStep], recipient: str) -> str:
    return next((step.clause for step in steps if recipient in step.recipients), "")


def tell(vault: Vault, device: str, recipient: str, *, at: str | None = None) -> str:
    """Record that somebody has been told of the loss; of every loss of this device of which they were not told yet."""
    with vault.change() as tx:
        id_ = vault.names.find("device", device)
        row = tx.state.get("device", id=id_)
        cause = row["lost"] if row else None
        if cause is None:
            raise NotFound("the device has not been lost", hint=f"see: keyholder device show {quote(device)}")
        known = [notice["recipient"] for notice in tx.state.find("notice", cause=cause)]
        if recipient not in known:
            hint = f"those who are to be told: {', '.join(known) or 'nobody'}"
            raise UsageProblem(f"{recipient} is not among those to be told", hint=hint)
        when = tx.at(at)
        for one in sorted({cause, *_untold(tx.state, id_, recipient)}):
            tx.emit("notice.told", id_, occurred_at=when, cause=one, recipient=recipient)
    return id_


def _untold(reg: Register, device: str, recipient: str) -> list[int]:
    """Earlier losses of the device of which the recipient was never told."""
    waiting = {row["cause"] for row in reg.find("notice", told_at=None) if row["recipient"] == recipient}
    causes = [cause for seq in waiting if (cause := reg.get("cause", seq=seq)) is not None]
    return [cause["seq"] for cause in causes if cause["device"] == device]
