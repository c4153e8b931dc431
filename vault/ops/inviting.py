"""Invite somebody: a one-use key that the log knows, carried to them with the vault's id and head.

The file names the vault and its newest signed head, so the newcomer's first pin comes from the person who invites
and not from the database: there is no "trust this vault?" prompt. It also carries the register's public key, so
that the name of the new machine is sealed from the start. Whoever steals it can ask, but is not admitted: the
words of the new keys are compared by voice.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING

from audit import checkpoint, note
from audit.checkpoint import Checkpoint
from audit.errors import AuditError
from vault.crypto import invitation as key
from vault.domain import events, keys
from vault.domain.ids import Prefix, check_id
from vault.errors import UsageProblem
from vault.ops import armour
from vault.ops.keyring import raw, text
from vault.ops.session import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vault.ops.session import Vault

KIND = "invitation"
VALID_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What is carried to the newcomer. The seed is a secret until it is used."""

    vault_id: str
    head: str
    location: str
    invitation: str
    person: str
    expires: str
    epoch: str
    epoch_key: str
    seed: str = field(repr=False)

    def to_text(self) -> str:
        return armour.encode(KIND, asdict(self))

    @classmethod
    def from_text(cls, given: str) -> Invitation:
        """The invitation, if every field is in its one form."""
        values = armour.decode(KIND, given, fields=(f.name for f in fields(cls)))
        found = cls(**values)
        try:
            found._check()
        except (ValueError, AuditError, UsageProblem):
            raise armour.damaged(KIND) from None
        return found

    def _check(self) -> None:
        check_id(Prefix.INVITATION, self.invitation)
        check_id(Prefix.PERSON, self.person)
        check_id(Prefix.EPOCH, self.epoch)
        if len(bytes.fromhex(self.vault_id)) != 32 or len(raw(self.seed)) != key.SEED_SIZE:
            raise ValueError("a length is wrong")
        raw(self.epoch_key)
        self.checkpoint()

    def checkpoint(self) -> Checkpoint:
        """The head that the inviter saw; the log itself says whether its signature is good."""
        return checkpoint.parse_text(note.parse(self.head.encode()).text)


def invite(
    vault: Vault, *, person: str, roles: Sequence[str] = (), days: int = VALID_DAYS, rekey: bool = False
) -> Invitation:
    """Invite a person of the register, for roles and for a new keyset; with ``rekey`` it replaces the old ones."""
    vault.require_role(events.ADMINISTRATOR)
    who = vault.names.find("person", person)
    had = keys.active_keysets(vault.state, who)
    if not roles and not keys.roles_of(vault.state, who):
        raise UsageProblem(
            "the invitation gives no role", hint="say which: --role holder, custodian, auditor …"
        )
    if rekey and not had:
        raise UsageProblem(f"{person} has no keys to replace", hint="invite them: keyholder invite")
    seed = vault.random(key.SEED_SIZE)
    with vault.change() as tx:
        id_, epoch_id = tx.new(Prefix.INVITATION), tx.ensure_epoch(keys.REGISTER)
        expires = moment(tx.now + dt.timedelta(days=days))
        tx.emit(
            "invitation.made",
            id_,
            person=who,
            key=text(key.public_key(seed)),
            roles=list(dict.fromkeys(roles)),
            expires=expires,
            replaces=had if rekey else None,
        )
    return Invitation(
        vault_id=vault.place.vault_id,
        head=_head(vault),
        location=vault.place.vault,
        invitation=id_,
        person=who,
        expires=expires,
        epoch=epoch_id,
        epoch_key=_epoch_key(vault, epoch_id),
        seed=base64.b64encode(seed).decode(),
    )


def _head(vault: Vault) -> str:
    """The signed head of our own commit; somebody may have appended since, so it is looked up by size."""
    size = vault.follower.size
    for end, _, signed, _ in vault.shared.commits_after(size - 1):
        if end == size:
            return signed.decode()
    raise UsageProblem("the vault moved on while the invitation was written", hint="invite again")


def _epoch_key(vault: Vault, epoch_id: str) -> str:
    row = vault.state.get("epoch", id=epoch_id)
    return str(row["public"]) if row else ""
