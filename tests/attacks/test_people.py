"""Catalogue E: members who turn, leave or lie; each with a client of their own, through the shared database."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest

from audit import cosignature, note
from tests.attacks.conftest import Force
from tests.attacks.insider import AT, digest, ident, void_reason
from tests.attacks.sealed import ACCOUNT, PHONE, sealed
from vault.domain import events, findings, keys, secrets, table
from vault.errors import VaultError
from vault.ops import outside_heads, sealing
from vault.store.shared import blob_name

LATER = "2027-01-01T00:00:00Z"
WITNESS = ident("wit", "mine")


def owed(force: Force) -> set[tuple[str, int]]:
    force.world.vault.sync()
    rows = force.world.vault.state.find("obligation", discharged=None)
    return {(row["part"], row["class"]) for row in rows}


# --- E01: obligations evaded --------------------------------------------------------------------------------------


def test_e01_a_left_out_component_is_void(force: Force) -> None:
    """A leaver's own deposit cannot drop the TOTP seed that they saw: left out, it would be owed by nobody."""
    hal = force.insider(force.hal)
    batch, epoch = ident("bat", "x"), keys.newest_epoch(force.hal.state, keys.CUSTODY)["id"]
    to = secrets.holders(force.hal.state, force.account)
    data = {
        "number": 2,
        "batch": batch,
        "epoch": epoch,
        "to": to,
        "parts": {"password": "new"},
        "commitment": digest("c"),
        "blob": digest("b"),
        "why": "deposit",
        "previous": 1,
    }
    wrapped = {"seals": {who: digest(who) for who in (epoch, *to)}}
    seq = hal.say_all([("keys.wrapped", batch, wrapped), ("version.written", force.account, data)])
    assert "left out" in str(void_reason(force.world, seq))
    with force.world.vault.change() as tx:
        tx.emit("person.left", force.hal.person, occurred_at=tx.time)
    assert owed(force) == {("password", 3), ("totp", 3)}


def test_e01_nothing_is_kept_from_what_is_gone(force: Force) -> None:
    """A password that was changed because of a cause does not come back as `kept` from the version before."""
    force.world.deposit(force.account, password="second one", totp="otpauth://totp/x?secret=JBSWY3DPEHPK3PXQ")
    cal = force.insider(force.cal)
    batch, epoch = ident("bat", "x"), keys.newest_epoch(force.cal.state, keys.CUSTODY)["id"]
    to = secrets.holders(force.cal.state, force.account)
    data = {
        "number": 3,
        "batch": batch,
        "epoch": epoch,
        "to": to,
        "parts": {"password": "kept", "totp": "new"},
        "commitment": digest("c"),
        "blob": digest("b"),
        "why": "deposit",
        "previous": 1,
    }
    wrapped = {"seals": {who: digest(who) for who in (epoch, *to)}}
    seq = cal.say_all([("keys.wrapped", batch, wrapped), ("version.written", force.account, data)])
    assert "has no more" in str(void_reason(force.world, seq))


def test_e01_a_revoked_grant_always_is_a_cause(force: Force) -> None:
    """There is no way to end a secret grant without owing what could be opened: a cause is not a field."""
    seq = force.insider(force.cal).say("grant.revoked", force.grant, until="2026-11-02", reason="quietly")
    assert void_reason(force.world, seq) is None
    assert owed(force) == {("password", 3), ("totp", 3)}


def test_e01_somebody_elses_deposit_closes_nothing(force: Force) -> None:
    """A desk cannot end a custodian's open rotation, nor what is owed, by calling an old deposit an answer."""
    from tests.ops.members import member

    des = member(force.world, "Des Ode", "3009", "desk")
    force.world.run("rotation", "start", "x/NorfolkPolice")
    data = {
        "rotation": ident("rot", "x"),
        "number": 1,
        "owner": des.person,
        "lease_until": LATER,
        "doors": [],
    }
    seq = force.insider(des).say("rotation.started", force.account, **data, deposit=True)
    assert "only who has just deposited" in str(void_reason(force.world, seq))
    assert force.world.vault.state.find("rotation", ended=None)[0]["state"] == "prepared"


@pytest.mark.parametrize("doors", [[], ["totp"]], ids=["none", "one that the deposit itself shuts"])
def test_e01_a_holder_does_not_close_every_door_by_naming_none(force: Force, doors: list[str]) -> None:
    """A holder's deposit that leaves no door to others waits for a custodian's word; until then it all stays owed."""
    force.insider(force.cal).say("account.compromised", force.account, occurred_at=AT)
    force.hal.sync()
    with force.hal.change() as tx:
        body = sealing.Body({"key": "x/norfolkpolice"}, {"password": "p", "totp": "t"})
        parts = dict.fromkeys(body.parts, "new")
        number = sealing.write_version(tx, account=force.account, body=body, parts=parts, why="deposit")
    data = {"rotation": ident("rot", "x"), "number": number, "owner": force.hal.person, "lease_until": LATER}
    seq = force.insider(force.hal).say("rotation.started", force.account, **data, doors=doors, deposit=True)
    assert void_reason(force.world, seq) is None
    assert owed(force) == {("password", 1), ("totp", 1)}
    force.insider(force.cal).say("rotation.verified", ident("rot", "x"))
    assert owed(force) == set()


def test_e01_a_retired_device_can_still_be_lost(force: Force) -> None:
    """Retiring a phone first does not keep its loss, and what the loss owes, off the record."""
    device = force.device_of(force.hal.person)
    hal = force.insider(force.hal)
    hal.say_all(
        [
            ("device.signed_in", device, {"account": force.account}),
            ("device.retired", device, {"occurred_at": AT}),
        ]
    )
    seq = force.insider(force.cal).say("device.lost", device, occurred_at=AT, tell=[])
    assert void_reason(force.world, seq) is None
    assert ("password", 1) in owed(force)


def test_e01_a_device_is_not_given_away_before_it_is_lost(force: Force) -> None:
    """An owner cannot hand their phone to somebody else in the register, so that its loss is not theirs."""
    device = force.device_of(force.hal.person)
    seq = force.insider(force.hal).say("device.changed", device, person=force.cal.person)
    assert "somebody else" in str(void_reason(force.world, seq))


def test_e13_a_device_that_was_given_away_takes_no_keys_along(force: Force) -> None:
    """Ada's machine becomes Hal's in the register: Ada works on, and Hal cannot make her keys end with its loss."""
    hal, device = force.insider(force.hal), force.device_of(force.world.ada)
    force.insider(force.cal).say("device.changed", device, person=hal.person)
    theirs = force.world.vault.place.keyset
    seq = hal.say("device.lost", device, occurred_at=AT, tell=[], keyset=theirs)
    assert "not on the device" in str(void_reason(force.world, seq))
    seq = hal.say("device.lost", device, occurred_at=AT, tell=[])
    assert void_reason(force.world, seq) is None
    force.world.run("secret", "show", "x/NorfolkPolice", "--to-pipe")
    force.world.check()


def test_e01_a_put_off_obligation_stays_listed(force: Force) -> None:
    """However far and however often it is put off, class 3 only, and `status` goes on saying so."""
    cal = force.insider(force.cal)
    cal.say("grant.revoked", force.grant, until="2026-11-02", reason="moved")
    for until in ("2999-01-01", "9999-12-31"):
        data = {"part": "password", "until": until, "post": "digital_media_lead", "person": cal.person}
        assert void_reason(force.world, cal.say("obligation.deferred", force.account, **data)) is None
    assert "put_off" in force.world.run("status", ok=False).stdout
    assert owed(force) == {("password", 3), ("totp", 3)}


# --- E02 to E04: who has left -------------------------------------------------------------------------------------


def test_e02_a_leaver_signs_nothing_more(force: Force) -> None:
    """Old keys make a commit that the log itself refuses to take: nobody can even write it correctly."""
    hal = force.insider(force.hal)
    with force.world.vault.change() as tx:
        tx.emit("signer.revoked", hal.keyset, reason="left")
        tx.emit("person.left", hal.person, occurred_at=tx.time)
    with pytest.raises(Exception, match="revoked"):
        hal.say("note.made", ident("not", "x"), details=digest("x"))


def test_e03_what_was_signed_before_leaving_does_not_fit_later(force: Force) -> None:
    """A commit prepared before somebody left continues an end of the log that is there no more."""
    hal = force.insider(force.hal)
    follower, ring = hal.follow(), hal.vault.keyring
    from audit.follow import Draft

    draft = Draft("note.made", ident("not", "x"), {"details": digest("x")})
    made = follower.prepare(
        [draft], actor=hal.keyset, time=AT, public=ring.keyset.sign_public, sign=ring.keyset.sign
    )
    force.world.person("In Between", "4444")
    with pytest.raises(VaultError):  # the table has an entry there
        hal.vault.shared.append(
            start=follower.size, bodies=made.bodies, keyset=hal.keyset, note=made.note, request="r"
        )
    force.world.check()


def test_e04_old_keys_open_nothing_new(force: Force) -> None:
    """Every version that was written after somebody left is closed to their keys; what they had stays open to them."""
    force.hal.sync()
    with force.world.vault.change() as tx:
        tx.emit("person.left", force.hal.person, occurred_at=tx.time)
    for n in range(3):
        force.world.deposit(force.account, password=f"new {n}", totp=f"seed {n}")
    force.hal.sync()
    assert sealing.open_version(force.hal, account=force.account, number=1).parts["password"] == "first one"
    for number in (2, 3, 4):
        with pytest.raises(VaultError):
            sealing.open_version(force.hal, account=force.account, number=number)


# --- E06 to E08: administrators -----------------------------------------------------------------------------------


def two(force: Force) -> Any:
    """A second administrator, admitted while Ada was alone."""
    from tests.ops.members import member

    return member(force.world, "Bea Two", "2002", "administrator")


def test_e06_one_administrator_makes_no_ghost(force: Force) -> None:
    """With two, a third waits, and neither the author nor a ghost's nor the author's second keys confirm it."""
    two(force)
    ada = force.insider(force.world.vault)
    seq = ada.say("role.given", force.hal.person, role="administrator")
    assert void_reason(force.world, seq) is None
    assert "another person" in str(void_reason(force.world, ada.say("entry.confirmed", "", entry=seq)))
    ghost = force.insider(force.hal).say("entry.confirmed", "", entry=seq)
    assert "no right" in str(void_reason(force.world, ghost))
    assert "administrator" not in keys.roles_of(force.world.vault.state, force.hal.person)


def test_e06_teeth(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the second administrator's word the ghost is one at once."""
    two(force)
    event = table.TABLE["role.given"]
    monkeypatch.setitem(
        table.TABLE,
        "role.given",
        events.Event(event.name, event.subject, event.fields, event.by, event.apply),
    )
    force.insider(force.world.vault).say("role.given", force.hal.person, role="administrator")
    force.world.vault.sync()
    assert "administrator" in keys.roles_of(force.world.vault.state, force.hal.person)


def cosigned_by_ones_own(force: Force) -> str:
    """Ada names a witness that is hers, and lets it cosign what she shows; what `status` says of it to everybody."""
    from tests.ops.test_witnesses import Outside

    mine = Outside(force.world)
    key = base64.b64encode(mine.machine.key.public).decode()
    named = force.insider(force.world.vault).say(
        "witness.added", WITNESS, name=mine.machine.key.name, key=key
    )
    force.world.vault.sync()
    assert void_reason(force.world, named) is None
    mine.see()
    (head,) = mine.machine.known()
    line = note.parse(head.note.encode()).signatures[-1]
    at = dt.datetime.fromtimestamp(cosignature.time_of(line.value), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    seen = {"size": named + 1, "at": at, "cosignature": base64.b64encode(line.value).decode()}
    force.insider(force.world.vault).say("head.cosigned", WITNESS, **seen)
    force.world.vault.sync()
    return outside_heads.words(force.world.vault)


def test_e06_one_administrator_is_not_seen_from_outside_by_themselves(force: Force) -> None:
    """A witness of one's own would make the last outside head worth nothing: the other administrator has a say."""
    two(force)
    assert cosigned_by_ones_own(force) == "never"


def test_e06_teeth_of_witnesses(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the second administrator's word her own witness has seen the log today."""
    two(force)
    event = table.TABLE["witness.added"]
    plain = events.Event(event.name, event.subject, event.fields, event.by, event.apply)
    monkeypatch.setitem(table.TABLE, "witness.added", plain)
    assert cosigned_by_ones_own(force).startswith("today by witness/")


def test_e06_a_custodian_does_not_lend_the_power_to_silence(force: Force) -> None:
    """Vouching follows the roles: lent to a holder it is void, named by status, and the words say what it did."""
    seq = force.insider(force.cal).say("signer.vouching", force.hal.place.keyset, vouches=True)
    assert "say otherwise" in str(void_reason(force.world, seq))


def test_e06_a_silenced_kit_is_a_finding(force: Force) -> None:
    """The log knows no roles and lets a custodian revoke the kit's key; the register does not, and says both."""
    kit = force.world.vault.state.find("keyset", purpose="recovery")[0]["id"]
    seq = force.insider(force.cal).say("signer.revoked", kit, reason="quietly")
    assert void_reason(force.world, seq) is not None
    assert "recovery_kit_silenced" in force.world.run("status", ok=False).stdout
    said = " ".join(found.words for found in findings.record(force.world.vault.state))
    assert "the recovery kit can sign no more" in said
    assert "the log has changed who signs" in said


def test_e08_the_last_administrator_stays(force: Force) -> None:
    """No custodian pauses, removes or demotes the only administrator."""
    cal = force.insider(force.cal)
    for event, data in (("person.paused", {"occurred_at": AT}), ("person.left", {"occurred_at": AT})):
        assert "last administrator" in str(void_reason(force.world, cal.say(event, force.world.ada, **data)))
    seq = cal.say("role.ended", force.world.ada, role="administrator")
    assert void_reason(force.world, seq) is not None


# --- E13 ------------------------------------------------------------------------------------------------------------


def test_e13_a_loss_revokes_and_owes_only_what_is_on_the_device(force: Force) -> None:
    """Nobody claims a custodian's keys for their own phone, and so makes everything owed or Cal's keys revoked."""
    hal, device = force.insider(force.hal), force.device_of(force.hal.person)
    theirs = force.cal.place.keyset
    for seq in (
        hal.say("device.changed", device, keyset=theirs),
        hal.say("device.lost", device, occurred_at=AT, tell=[], keyset=theirs),
        hal.say(
            "device.added", ident("dev", "x"), **PHONE, person=hal.person, keyset=theirs, details=digest("x")
        ),
    ):
        assert void_reason(force.world, seq) is not None
    assert owed(force) == set()


def test_e13_teeth(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the rule, a holder's own lost phone owes everything that Cal could open."""
    event = table.TABLE["device.lost"]
    plain = events.Event(
        event.name, event.subject, event.fields, event.by, event.apply, optional=event.optional
    )
    monkeypatch.setitem(table.TABLE, event.name, plain)
    device = force.device_of(force.hal.person)
    force.insider(force.hal).say(
        "device.lost", device, occurred_at=AT, tell=[], keyset=force.cal.place.keyset
    )
    assert ("password", 1) in owed(force)


def test_e13_a_desk_makes_no_facts(force: Force) -> None:
    """A desk with a program of its own records neither a loss nor a compromise of what is not theirs."""
    from tests.ops.members import member

    des = force.insider(member(force.world, "Des Ode", "3009", "desk"))
    device = force.device_of(force.hal.person)
    assert void_reason(force.world, des.say("device.lost", device, occurred_at=AT, tell=[])) is not None
    assert void_reason(force.world, des.say("account.compromised", force.account, occurred_at=AT)) is not None


def test_g05_an_id_is_never_somebodys_name(force: Force) -> None:
    """A device whose nickname is another's id does not stand in for it; a doubled name asks which is meant."""
    theirs = force.device_of(force.cal.person)
    sealed("device", "dev", f'{{"nickname":"{theirs}"}}'.encode(), "device.added", **PHONE)(force)
    force.world.vault.sync()
    assert force.world.vault.names.find("device", theirs) == theirs
    insider, subject = force.insider(force.cal), ident("acc", "twin")
    blob = insider.sealed_words("account", subject, b'{"name":"x/NorfolkPolice","key":"x/norfolkpolice"}')
    insider.say_all([("account.added", subject, {**ACCOUNT, "details": blob_name(blob)})], blobs=[blob])
    result = force.world.run("account", "show", "x/NorfolkPolice", ok=False)
    assert result.exit_code == 2 and "more than one account" in result.stderr
