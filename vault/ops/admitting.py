"""Admit somebody who answered an invitation: verify what they sent, compare words by voice, give keys and roles.

A request is believed if its invitation is in the log, unexpired and unused, if the invitation's own key and the new
keyset have both signed all of it, and if the new keys are none that proves nothing and none that was there before.
What is not believed is refused on the record. One transaction: roles, the signer, the used invitation, the machine,
the replaced keysets, new epochs, and the versions that the newcomer's grants already give them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import keys as ed25519
from audit.errors import AuditError
from vault.crypto import hpke
from vault.crypto import invitation as crypto
from vault.domain import events, keys, voices
from vault.domain.decisions import Allowed, Decision, Denied
from vault.errors import NotFound, UsageProblem, VaultError
from vault.ops import epochs
from vault.ops.joining import INBOX, Request
from vault.ops.keyring import raw
from vault.ops.session import moment

if TYPE_CHECKING:
    from vault.domain.events import Register, Row
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request that was found good, and what an administrator decides on."""

    request: Request
    name: str
    roles: tuple[str, ...]
    replaces: int
    words: list[str]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of it. ``pending`` are the entries that wait for a second administrator.

    ``unvouched`` is the entry of an administrator's keys that speak with their enroller's voice.
    """

    person: str
    roles: tuple[str, ...]
    pending: tuple[int, ...]
    teams_due: tuple[str, ...]
    shared: int
    not_shared: int
    unvouched: int | None = None


def judge(reg: Register, request: Request, *, vault_id: str, now: str) -> Decision:
    """Whether the request may be admitted; signatures included."""
    row = reg.get("invitation", id=request.invitation)
    if request.vault_id != vault_id or row is None or row["person"] != request.person:
        return _no(request, "the request does not answer an invitation of this vault")
    if row["used"] is not None:
        return _no(request, "the invitation was used before")
    if now > row["expires"]:
        return _no(request, f"the invitation expired at {row['expires']}", hint="invite again")
    person = reg.get("person", id=request.person)
    if person is None or person["state"] != "active":
        return _no(request, "the person is paused or has left")
    signed = _signed(request, raw(row["key"]))
    return _fresh(reg, request) if signed else signed


def _signed(request: Request, invited_by: bytes) -> Decision:
    statement, own = request.statement(), raw(request.key)
    try:
        ed25519.verify(own, crypto.possession(statement), raw(request.by_keyset))
    except AuditError as problem:
        return _no(request, f"the sender did not prove that the new keys are theirs: {problem.message}")
    try:
        ed25519.verify(invited_by, crypto.invited(statement), raw(request.by_invitation))
    except AuditError as problem:
        return _no(request, f"the sender did not prove that they hold the invitation: {problem.message}")
    return Allowed()


def _fresh(reg: Register, request: Request) -> Decision:
    known = {"id": request.keyset, "key": request.key, "kem": request.kem}
    if any(reg.find("keyset", **{column: value}) for column, value in known.items()):
        return _no(request, "these keys were admitted before")
    if reg.get("device", id=request.device) is not None:
        return _no(request, "the machine is in the register already")
    try:
        hpke.verify_public(raw(request.kem))
    except VaultError as problem:
        return _no(request, problem.message)
    return Allowed()


def _no(request: Request, reason: str, *, hint: str = "") -> Denied:
    return Denied("person_admit", reason, hint=hint or "ask them to join again", about=request.person)


def waiting(vault: Vault) -> list[Candidate]:
    """The good requests in the inbox; others are passed over."""
    found = []
    for _, kind, data in vault.shared.inbox():
        request = _parse(data) if kind == INBOX else None
        if request is not None and _decide(vault, request):
            found.append(_candidate(vault, request))
    return found


def _parse(data: bytes) -> Request | None:
    try:
        return Request.from_text(data.decode())
    except (UsageProblem, UnicodeDecodeError):
        return None


def _decide(vault: Vault, request: Request) -> Decision:
    return judge(vault.state, request, vault_id=vault.place.vault_id, now=moment(vault.clock()))


def examine(vault: Vault, given: str) -> Candidate:
    """The request in a file, if it is good; else the refusal goes on the record."""
    vault.require_role(events.ADMINISTRATOR)
    request = Request.from_text(given)
    decision = _decide(vault, request)
    if not decision:
        with vault.change():
            decision.check()
    return _candidate(vault, request)


def _candidate(vault: Vault, request: Request) -> Candidate:
    row = _invitation(vault.state, request)
    details = vault.names.details("person", request.person)
    shown = f"{details.get('name', request.person)} ({details.get('collar', '')})".replace(" ()", "")
    roles, replaces = tuple(row["roles"].split()), len(row["replaces"].split())
    return Candidate(request, shown, roles, replaces, request.words())


def _invitation(reg: Register, request: Request) -> Row:
    row = reg.get("invitation", id=request.invitation)
    if row is None:
        raise NotFound("the invitation is not in the log")
    return row


def admit(vault: Vault, candidate: Candidate) -> Admitted:
    """Let the new keys in. The caller has compared the words by voice."""
    vault.require_role(events.ADMINISTRATOR)
    request = candidate.request
    with vault.change() as tx:
        judge(tx.state, request, vault_id=vault.place.vault_id, now=tx.time).check()
        row = _invitation(tx.state, request)
        pending = _roles(tx, request.person, row["roles"].split())
        _keys(tx, request)
        _replace(tx, row["replaces"].split())
        due = epochs.settle(tx)
        _not_orphaned(tx, request).check()
        done, left = epochs.share_owed(tx, request.person)
        tx.drop_from_inbox += _dealt_with(tx)
        roles = tuple(sorted(keys.roles_of(tx.state, request.person)))
        unvouched = next((r["added"] for r in _unvouched(tx.state) if r["id"] == request.keyset), None)
    return Admitted(request.person, roles, pending, due, done, left, unvouched)


def _unvouched(reg: Register) -> list[Row]:
    return [row for row in voices.heard(reg) if voices.others(row)]


def _roles(tx: Tx, person: str, roles: list[str]) -> tuple[int, ...]:
    """Give what the invitation promised; the entries that wait for a second administrator."""
    held = keys.roles_of(tx.state, person)
    given = [tx.emit("role.given", person, role=role) for role in roles if role not in held]
    return tuple(seq for seq in given if tx.state.get("pending", seq=seq) is not None)


def _keys(tx: Tx, request: Request) -> None:
    tx.emit(
        "signer.added",
        request.keyset,
        key=request.key,
        kem=request.kem,
        purpose="member",
        person=request.person,
        vouches=keys.vouches(tx.state, request.person),
    )
    tx.emit("invitation.used", request.invitation, keyset=request.keyset)
    ring = tx.vault.keyring
    nickname = ring.open_details(tx.state, raw(request.nickname), kind="device", subject=request.device)
    tx.emit(
        "device.added",
        request.device,
        person=request.person,
        kind="laptop",
        ownership="force",
        screen_lock="unknown",
        keyset=request.keyset,
        details=tx.details("device", request.device, {"nickname": str(nickname.get("nickname", ""))}),
    )


def _replace(tx: Tx, keysets: list[str]) -> None:
    for keyset in keysets:
        row = tx.state.get("keyset", id=keyset)
        if row is not None and row["revoked"] is None:
            tx.emit("signer.revoked", keyset, reason="replaced")


def _not_orphaned(tx: Tx, request: Request) -> Decision:
    """Replacing the only keys that open custody would lock everybody out but the recovery kit."""
    for team in epochs.TEAMS:
        if keys.epoch_due(tx.state, team) and not epochs.starters(tx.state, team):
            return _no(
                request,
                f"nobody else could open the {team} team's keys any more",
                hint="re-admit them with the kit instead: keyholder recover",
            )
    return Allowed()


def _dealt_with(tx: Tx) -> list[str]:
    """Inbox rows that can never be admitted any more: used, or not a request at all."""
    gone = []
    for id_, kind, data in tx.vault.shared.inbox():
        request = _parse(data) if kind == INBOX else None
        row = request and tx.state.get("invitation", id=request.invitation)
        if kind == INBOX and (not row or row["used"] is not None or tx.time > row["expires"]):
            gone.append(id_)
    return gone
