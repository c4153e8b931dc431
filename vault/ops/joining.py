"""Answer an invitation on a new machine: pin what it names, make keys, ask to be admitted.

The log is verified up to the invitation's head before anything is made here; another log, or a shorter one, is
refused. Where the database cannot be reached the head stays held, and the first command that reaches it compares.
The request is signed by the invitation's key and by the new keyset (`vault.crypto.invitation`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from audit.b64 import decode_sized
from audit.follow import Follower
from audit.words import to_words
from vault.crypto import details, hpke
from vault.crypto import invitation as crypto
from vault.crypto.keyset import Keyset, fingerprint
from vault.domain.ids import Prefix, check_id, new_id
from vault.errors import NotFound, UsageProblem
from vault.ops import armour
from vault.ops.inviting import Invitation
from vault.ops.keyring import details_context, raw, text
from vault.ops.session import moment
from vault.ops.unlock import store_keyset
from vault.ops.walk import walk
from vault.store.home import Home, Place
from vault.store.register import State
from vault.store.shared import Shared, open_door

if TYPE_CHECKING:
    from vault.crypto.stretch import Cost
    from vault.ops.session import Clock, Random

KIND = "join request"
INBOX = "join"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the newcomer asks: these keys, for this person, by this invitation."""

    vault_id: str
    invitation: str
    person: str
    keyset: str
    key: str
    kem: str
    device: str
    nickname: str
    by_invitation: str
    by_keyset: str

    def to_text(self) -> str:
        return armour.encode(KIND, asdict(self))

    @classmethod
    def from_text(cls, given: str) -> Request:
        """The request, if every field is in its one form; nothing of it is believed yet."""
        found = cls(**armour.decode(KIND, given, fields=(f.name for f in fields(cls))))
        try:
            found._check()
        except (ValueError, UsageProblem):
            raise armour.damaged(KIND) from None
        return found

    def _check(self) -> None:
        check_id(Prefix.INVITATION, self.invitation)
        check_id(Prefix.PERSON, self.person)
        check_id(Prefix.KEYSET, self.keyset)
        check_id(Prefix.DEVICE, self.device)
        sizes = {self.key: 32, self.kem: hpke.PUBLIC_SIZE, self.by_invitation: 64, self.by_keyset: 64}
        for value, size in sizes.items():
            decode_sized(value, size)
        if len(bytes.fromhex(self.vault_id)) != 32 or not raw(self.nickname):
            raise ValueError("a length is wrong")

    def statement(self) -> bytes:
        """What both signatures are over."""
        ids = (self.invitation, self.person, self.keyset)
        keys = (raw(self.key), raw(self.kem))
        parts = (*(id_.encode() for id_ in ids), *keys, self.device.encode(), raw(self.nickname))
        return crypto.statement(bytes.fromhex(self.vault_id), *parts)

    def words(self) -> list[str]:
        """The ten words of the new keys, to be compared by voice."""
        return to_words(fingerprint(kem_public=raw(self.kem), sign_public=raw(self.key)))


@dataclass(frozen=True, slots=True)
class Joined:
    """What the newcomer is shown, and what goes to an administrator."""

    words: list[str]
    request: Request
    in_inbox: bool


def check_invitation(given: str, *, location: str | None, clock: Clock) -> tuple[Invitation, Shared | None]:
    """The invitation, and the vault it leads to, verified up to its head; None where it cannot be reached."""
    invitation = Invitation.from_text(given)
    if moment(clock()) > invitation.expires:
        raise UsageProblem(
            f"the invitation has expired ({invitation.expires})", hint="ask an administrator for another"
        )
    try:
        shared = Shared(open_door(location or invitation.location))
    except NotFound:
        return invitation, None
    try:
        _follow(shared, invitation)
    except BaseException:
        shared.door.close()
        raise
    return invitation, shared


def _follow(shared: Shared, invitation: Invitation) -> None:
    """Verify the log from its first entry to the head that the invitation carries."""
    head = invitation.checkpoint()
    follower = Follower.start(held={1: bytes.fromhex(invitation.vault_id)})
    follower.hold(head)
    walk(shared, follower, until=head.size)


def join(
    home: Home,
    *,
    invitation: Invitation,
    shared: Shared | None,
    location: str | None,
    passphrase: str,
    nickname: str,
    random: Random,
    cost: Cost | None = None,
) -> Joined:
    """Make this machine's home and keys, and the request; leave it in the vault's inbox where that is in reach."""
    home.make()
    keyset, keyset_id = Keyset.generate(random), new_id(Prefix.KEYSET, random)
    request = _request(invitation, keyset, keyset_id=keyset_id, nickname=nickname, random=random)
    store_keyset(
        home,
        keyset,
        passphrase=passphrase,
        vault_id=invitation.vault_id,
        keyset_id=keyset_id,
        random=random,
        cost=cost,
    )
    head = invitation.checkpoint()
    place = Place(
        vault=location or invitation.location,
        vault_id=invitation.vault_id,
        keyset=keyset_id,
        person=invitation.person,
        held_size=head.size,
        held_root=head.root.hex(),
    )
    if shared is not None:
        shared.put_inbox(id_=keyset_id, kind=INBOX, data=request.to_text().encode())
    # So that what is gone later is missed, and what never was is not.
    if not home.state.exists():
        State.create(home.state).close()
    # Last: whatever fails before leaves a folder that is no home yet, and joining again starts afresh.
    home.set_place(place)
    return Joined(request.words(), request, shared is not None)


def _request(
    invitation: Invitation, keyset: Keyset, *, keyset_id: str, nickname: str, random: Random
) -> Request:
    device, seed = new_id(Prefix.DEVICE, random), raw(invitation.seed)
    fields_ = {
        "vault_id": invitation.vault_id,
        "invitation": invitation.invitation,
        "person": invitation.person,
        "keyset": keyset_id,
        "key": text(keyset.sign_public),
        "kem": text(keyset.kem_public),
        "device": device,
        "nickname": text(_seal_nickname(invitation, device=device, nickname=nickname)),
    }
    statement = Request(**fields_, by_invitation="", by_keyset="").statement()
    return Request(
        **fields_,
        by_invitation=text(crypto.sign(seed, crypto.invited(statement))),
        by_keyset=text(keyset.sign(crypto.possession(statement))),
    )


def _seal_nickname(invitation: Invitation, *, device: str, nickname: str) -> bytes:
    """The machine's name, sealed to the register as the device's details: the inbox holds no name in clear."""
    context = details_context(
        vault_id=bytes.fromhex(invitation.vault_id), epoch_id=invitation.epoch, kind="device", subject=device
    )
    plain = json.dumps({"nickname": nickname}, ensure_ascii=False).encode()
    return invitation.epoch.encode() + details.seal_details_to(
        raw(invitation.epoch_key), plain, context=context
    )
