"""Catalogue A: whose key is it? Members and database owners who put keys where they do not belong."""

from __future__ import annotations

import base64

import pytest

from audit import keys as ed25519
from tests.attacks.conftest import Force
from tests.attacks.insider import digest, ident, void_reason
from vault.crypto.hpke import Opener
from vault.crypto.keyset import Keyset
from vault.domain import keys, secrets, signers
from vault.errors import IntegrityError, VaultError
from vault.ops import sealing
from vault.ops.keyring import raw, text
from vault.ops.session import Vault
from vault.store.shared import blob_name


def keys_of(keyset: Keyset) -> dict[str, str]:
    return {"key": text(keyset.sign_public), "kem": text(keyset.kem_public)}


def test_a06_nobody_but_an_administrator_vouches_for_keys(force: Force) -> None:
    """Keys that a custodian, a holder or the keys themselves bring in are void; nothing is ever sealed to them."""
    fresh = Keyset.generate(force.world.dice)
    for n, vault in enumerate((force.cal, force.hal)):
        data = {**keys_of(fresh), "purpose": "member", "person": vault.person, "vouches": False}
        seq = force.insider(vault).say("signer.added", ident("kst", "xy"[n]), **data)
        assert void_reason(force.world, seq) is not None
    assert len(force.world.vault.state.find("keyset")) == 4  # three members and the recovery kit


def test_a07_a_key_is_enrolled_once(force: Force) -> None:
    """Not even an administrator enrols a member's key again under another name: both halves are compared."""
    row = force.world.vault.state.get("keyset", id=force.hal.place.keyset)
    assert row is not None
    fresh, ada = keys_of(Keyset.generate(force.world.dice)), force.insider(force.world.vault)
    for n, stolen in enumerate(({"key": row["key"]}, {"kem": row["kem"]})):
        data = {**fresh, **stolen, "purpose": "member", "person": force.cal.person, "vouches": False}
        assert "admitted before" in str(
            void_reason(force.world, ada.say("signer.added", ident("kst", "xy"[n]), **data))
        )


def test_a08_a_weak_key_is_void(force: Force) -> None:
    """A vouching member's weak key is taken in by nobody, and stops nobody."""
    data = {**keys_of(Keyset.generate(force.world.dice)), "purpose": "member", "person": force.hal.person}
    data["key"] = base64.b64encode(bytes(32)).decode()
    seq = force.insider(force.world.vault).say("signer.added", ident("kst", "x"), **data, vouches=False)
    assert "proves nothing" in str(void_reason(force.world, seq))
    assert force.world.vault.state.get("signer", id=ident("kst", "x")) is None


def test_a08_teeth(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the check of both layers the key is enrolled."""
    monkeypatch.setattr(ed25519, "check_public_key", lambda key: key)
    monkeypatch.setattr(signers, "proves_nothing", lambda public: False)
    data = {**keys_of(Keyset.generate(force.world.dice)), "purpose": "member", "person": force.hal.person}
    data["key"] = base64.b64encode(bytes(32)).decode()
    seq = force.insider(force.world.vault).say("signer.added", ident("kst", "x"), **data, vouches=False)
    assert void_reason(force.world, seq) is None


def version(force: Force, vault: Vault, to: list[str]) -> int:
    """The next version, sealed to whomever; its contents are of no matter."""
    insider = force.insider(vault)
    newest = keys.newest_epoch(vault.state, keys.CUSTODY)
    assert newest is not None
    batch = ident("bat", "x")
    data = {
        "number": 2,
        "batch": batch,
        "epoch": newest["id"],
        "to": sorted(to),
        "previous": 1,
        "why": "deposit",
        "parts": {"password": "new", "totp": "new"},
        "commitment": digest("c"),
        "blob": digest("b"),
    }
    wrapped = {"seals": {who: digest(who) for who in (newest["id"], *to)}}
    return insider.say_all([("keys.wrapped", batch, wrapped), ("version.written", force.account, data)])


def test_a09_ghost_recipient(force: Force) -> None:
    """A version that is sealed to one keyset more, or one less, than the grants say is void."""
    ghost = version(
        force, force.cal, [*secrets.holders(force.cal.state, force.account), force.cal.place.keyset]
    )
    assert "exactly its holders" in str(void_reason(force.world, ghost))


def test_a09_a_holder_is_not_left_out(force: Force) -> None:
    """The other way round: who holds the account cannot be cut off from what is stored next."""
    assert "exactly its holders" in str(void_reason(force.world, version(force, force.cal, [])))


def test_a09_teeth(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the rule the ghost's version counts."""
    from vault.domain import secrets as rules

    both = [*secrets.holders(force.cal.state, force.account), force.cal.place.keyset]
    monkeypatch.setattr(rules, "_check_recipients", lambda reg, fact: None)
    assert void_reason(force.world, version(force, force.cal, both)) is None


def test_a10_who_holds_nothing_writes_nothing(force: Force) -> None:
    """A member without a grant stores no version, and a holder none that was not deposited."""
    from tests.ops.members import member

    des = member(force.world, "Des Ode", "3009", "desk")
    seq = version(force, des, secrets.holders(force.cal.state, force.account))
    assert "only a custodian" in str(void_reason(force.world, seq))


def epoch(
    force: Force, vault: Vault, team: str, *, good_for: tuple[str, ...] = (), letters: str = "x"
) -> int:
    """A team's next epoch by an insider: a real key, sealed rightly to some and as garbage to the others."""
    from vault.crypto.epoch import EpochKey, seal_epoch
    from vault.ops.keyring import epoch_info

    insider, fresh, id_ = force.insider(vault), EpochKey.generate(force.world.dice), ident("epo", letters)
    newest = keys.newest_epoch(vault.state, team)
    assert newest is not None
    number, blobs, seals = newest["number"] + 1, [], {}
    for keyset in keys.team_keysets(vault.state, team):
        row = vault.state.get("keyset", id=keyset)
        assert row is not None
        place = {"epoch_id": id_, "team": team, "number": number, "recipient": keyset}
        info = epoch_info(vault_id=vault.vault_id, **place)
        blob = seal_epoch(fresh, to=raw(row["kem"]), info=info) if keyset in good_for else keyset.encode()
        blobs.append(blob)
        seals[keyset] = blob_name(blob)
    data = {"team": team, "number": number, "public": text(fresh.public), "seals": seals}
    blobs.append(b"garbage")
    data["predecessor"] = blob_name(b"garbage")
    return insider.say_all([("epoch.started", id_, data)], blobs=blobs)


def test_a11_no_epoch_without_a_reason(force: Force) -> None:
    """A team's member cannot put an epoch of their own making in place while nobody has come or gone."""
    for vault, team in ((force.cal, keys.CUSTODY), (force.cal, keys.REGISTER)):
        assert "not due" in str(void_reason(force.world, epoch(force, vault, team)))


def test_a11_an_epoch_that_does_not_open_is_refused_in_words(force: Force) -> None:
    """A custodian seals garbage to the others when an epoch is due: nobody is led to another key; they are told."""
    with force.world.vault.change() as tx:
        tx.emit("signer.revoked", force.hal.place.keyset, reason="replaced")
        tx.emit("role.given", force.hal.person, role="custodian")
        tx.emit("role.ended", force.world.ada, role="custodian")
    force.cal.sync()
    assert keys.epoch_due(force.cal.state, keys.CUSTODY)
    seq = epoch(force, force.cal, keys.CUSTODY, good_for=(force.cal.place.keyset,))
    assert void_reason(force.world, seq) is None
    newest = keys.newest_epoch(force.world.vault.state, keys.CUSTODY)
    assert newest is not None
    with pytest.raises(VaultError):
        force.world.vault.keyring.epoch(force.world.vault.state, newest["id"])
    body = sealing.open_version(force.world.vault, account=force.account, number=1)
    assert body.parts["password"] == "first one", "what was sealed before still opens"


def test_a11_another_public_key_than_the_sealed_one(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key that comes out of a seal is computed again and compared; without that it would be taken."""
    state = force.world.vault.state
    row = dict(keys.newest_epoch(state, keys.REGISTER) or {})
    other = text(Opener(bytes(32)).public)
    ring = force.world.vault.keyring
    with pytest.raises(IntegrityError):
        ring._sealed_to_us(state, {**row, "public": other})


def test_a12_a_stolen_home_of_another_vault_does_not_fit(force: Force) -> None:
    """home.json that names another vault, another keyset or another head is refused before anything is asked."""
    home, place = force.world.home, force.world.home.place()
    force.world.vault.close()
    for wrong in (
        place._replace(vault_id="00" * 32),
        place._replace(keyset=force.cal.place.keyset),
    ):
        home.set_place(wrong)
        with pytest.raises(Exception, match=r"another|belongs|history|known"):
            force.world.open(home)
    home.set_place(place)
    force.world.open(home)


def test_a14_an_invitation_for_somebody_else(force: Force) -> None:
    """An administrator's entry cannot spend one person's invitation on another person's keys."""
    ada, id_ = force.insider(force.world.vault), ident("inv", "x")
    data = {
        "person": force.hal.person,
        "key": digest("k"),
        "roles": ["custodian"],
        "expires": "2027-01-01T00:00:00Z",
    }
    ada.say("invitation.made", id_, **data)
    seq = ada.say("invitation.used", id_, keyset=force.cal.place.keyset)
    assert "another person" in str(void_reason(force.world, seq))
