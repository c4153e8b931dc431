"""Catalogue B: cut, paste, replay and garbage, by members whose entries are signed and whose blobs are there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.attacks.conftest import Force
from tests.attacks.insider import every_command_answers, ident, void_reason
from vault.crypto import hpke, version
from vault.crypto.pae import pae
from vault.domain import keys, secrets
from vault.errors import IntegrityError, VaultError
from vault.ops import sealing
from vault.ops import secrets as showing
from vault.ops.keyring import raw, text
from vault.ops.session import Vault
from vault.store.shared import blob_name


def deposit(
    force: Force,
    vault: Vault,
    plain: bytes,
    *,
    garbage: tuple[str, ...] = (),
    account: str = "",
    parts: Any = None,
) -> int:
    """A version as `sealing` writes it, with any body, and garbage for some: `custody` or a keyset's id."""
    insider, state, account = force.insider(vault), vault.state, account or force.account
    newest, last = keys.newest_epoch(state, keys.CUSTODY), secrets.newest(state, account)
    assert newest is not None
    batch = ident("bat", "".join(chr(97 + int(digit)) for digit in str(vault.shared.size())))
    number, to = (last["number"] + 1 if last else 1), secrets.holders(state, account)
    place = pae(vault.vault_id, account.encode(), str(number).encode(), batch.encode())
    dek, blobs, seals, wraps = force.world.dice(32), [], {}, []
    for who in (newest["id"], *to):
        row = newest if who == newest["id"] else state.get("keyset", id=who)
        assert row is not None
        key = force.world.dice(32)
        info = pae(vault.vault_id, batch.encode(), insider.keyset.encode(), who.encode())
        blobs.append(hpke.seal(raw(row["public" if who == newest["id"] else "kem"]), key, info=info))
        seals[who] = blob_name(blobs[-1])
        bad = who in garbage or (who == newest["id"] and "custody" in garbage)
        wraps.append(bytes(48) if bad else version.wrap(key, dek, context=pae(place, who.encode())))
    sealed, commitment = version.seal_body(dek, plain, context=place)
    blobs.append(b"".join(wraps) + sealed)
    data = {
        "number": number,
        "batch": batch,
        "epoch": newest["id"],
        "to": to,
        "why": "deposit",
        "parts": parts or {"password": "new", "totp": "new"},
        "commitment": text(commitment),
        "blob": blob_name(blobs[-1]),
    }
    said = [("keys.wrapped", batch, {"seals": seals}), ("version.written", account, data)]
    seq = insider.say_all(said, blobs=blobs)
    assert void_reason(force.world, seq) is None
    return number


GOOD = {
    "card": {"key": "x/norfolkpolice", "name": "x/NorfolkPolice"},
    "parts": {"password": "p", "totp": "t"},
}
BODIES: dict[str, bytes] = {
    "not json": b"not json",
    "not utf-8": b"\xff\xfe",
    "empty": b"",
    "null": b"null",
    "a list": b"[]",
    "no parts": b'{"card":{}}',
    "no card": b'{"parts":{"password":"p","totp":"t"}}',
    "one key more": json.dumps({**GOOD, "more": 1}).encode(),
    "parts of another kind": b'{"card":{},"parts":[]}',
    "a number for a password": b'{"card":{},"parts":{"password":5,"totp":"t"}}',
    "a part too few": b'{"card":{},"parts":{"password":"p"}}',
    "a part too many": b'{"card":{},"parts":{"password":"p","recovery":"r","totp":"t"}}',
    "a name twice": b'{"card":{},"parts":{"password":"p","password":"q","totp":"t"}}',
    "too deep": b"[" * 100_000,
    "half a surrogate": b'{"card":{},"parts":{"password":"\\ud800","totp":"t"}}',
    "another spelling": b'{ "card":{},"parts":{"password":"p","totp":"t"}}',
}


@pytest.mark.parametrize("name", BODIES)
def test_b15_a_hostile_body_is_one_refusal(force: Force, name: str) -> None:
    """Whatever a malicious author sealed, opening it is an integrity error in words, and nothing else breaks."""
    number = deposit(force, force.hal, BODIES[name])
    with pytest.raises(IntegrityError, match="ask its author"):
        sealing.open_version(force.world.vault, account=force.account, number=number)
    result = force.world.run("secret", "show", "x/NorfolkPolice", "--to-pipe", ok=False)
    assert result.exit_code == 6 and "internal" not in result.stderr
    every_command_answers(force.world)


def test_b15_a_good_body_opens(force: Force) -> None:
    """The control: the same deposit with a body in the one form is shown, a mebibyte of it included."""
    for password in ("p", "x" * 900_000):
        body = sealing.Body(GOOD["card"], {**GOOD["parts"], "password": password})
        number = deposit(force, force.hal, body.to_bytes()) if password == "p" else None
        if number is not None:
            found = sealing.open_version(force.world.vault, account=force.account, number=number)
            assert found.parts["password"] == password


def test_b12_a_version_that_custody_cannot_open(force: Force) -> None:
    """A holder's malicious wrap: custody is told, the version before still opens, and a new deposit mends it."""
    body = sealing.Body(GOOD["card"], GOOD["parts"]).to_bytes()
    number = deposit(force, force.hal, body, garbage=("custody",))
    vault = force.world.vault
    with pytest.raises(IntegrityError):
        sealing.open_version(vault, account=force.account, number=number)
    shown = showing.reveal(vault, account=force.account, number=1)
    assert shown[0].parts["password"] == "first one", "never locked out"
    deposit(force, force.cal, body)
    assert showing.reveal(vault, account=force.account)[0].parts["password"] == "p"


def test_b12_one_bad_version_hides_no_other(force: Force) -> None:
    """A holder for whom one version is garbage still finds and opens their other accounts by name."""
    second = force.world.account("x/SuffolkPolice")
    force.world.grant(second, force.hal.person)
    body = sealing.Body({"key": "x/suffolkpolice"}, {"password": "p"}).to_bytes()
    deposit(force, force.cal, body, account=second, parts={"password": "new"})
    deposit(force, force.cal, b"not json", garbage=(force.hal.place.keyset,))
    force.hal.sync()
    assert showing.find_account(force.hal, "x/SuffolkPolice") == second


def test_b03_a_card_does_not_lead_to_another_account(force: Force) -> None:
    """A custodian whose card of account B bears the name of account A: the holder is asked which, not misled."""
    second = force.world.account("x/SuffolkPolice")
    force.world.grant(second, force.hal.person)
    first = sealing.Body(GOOD["card"], GOOD["parts"]).to_bytes()
    deposit(force, force.cal, first)
    twin = sealing.Body({"key": "x/norfolkpolice"}, {"password": "evil"}).to_bytes()
    deposit(force, force.cal, twin, account=second, parts={"password": "new"})
    force.hal.sync()
    with pytest.raises(VaultError, match="more than one account"):
        showing.find_account(force.hal, "x/NorfolkPolice")


def test_b03_a_pasted_blob_opens_nowhere_else(force: Force) -> None:
    """A custodian writes B's entry with A's blob and batch: place and author are in every key, so it does not open."""
    second = force.world.account("x/SuffolkPolice")
    force.world.grant(second, force.hal.person)
    state = force.world.vault.state
    row = state.get("version", account=force.account, number=1)
    assert row is not None
    data = {
        "number": 1,
        "batch": row["batch"],
        "epoch": row["epoch"],
        "why": "deposit",
        "to": secrets.holders(state, second),
        "parts": {"password": "new", "totp": "new"},
        "commitment": row["commitment"],
        "blob": row["blob"],
    }
    assert "not the author's" in str(
        void_reason(force.world, force.insider(force.cal).say("version.written", second, **data))
    )
    seq = force.insider(force.world.vault).say("version.written", second, **data)  # Ada made that batch
    assert void_reason(force.world, seq) is None
    with pytest.raises(IntegrityError):
        sealing.open_version(force.world.vault, account=second, number=1)


def test_b03_pasted_details_are_nobodys(force: Force) -> None:
    """A description of one thing under another's id does not open: it is shown as erased, never as the other."""
    state = force.world.vault.state
    details = state.find("person", id=force.cal.person)[0]["details"]
    force.insider(force.cal).say("person.changed", force.hal.person, details=details)
    force.world.vault.sync()
    assert force.world.vault.names.details("person", force.hal.person) == {}
    every_command_answers(force.world)


def test_b09_an_earlier_number_is_not_written_again(force: Force) -> None:
    """No version takes the place of another: the number must be the next."""
    state = force.world.vault.state
    row = state.get("version", account=force.account, number=1)
    assert row is not None
    data = {
        "number": 1,
        "batch": row["batch"],
        "epoch": row["epoch"],
        "why": "deposit",
        "to": secrets.holders(state, force.account),
        "parts": {"password": "new", "totp": "new"},
        "commitment": row["commitment"],
        "blob": row["blob"],
    }
    seq = force.insider(force.world.vault).say("version.written", force.account, **data)
    assert "not the next one" in str(void_reason(force.world, seq))


def test_b18_nothing_is_made_anew_for_a_blob_that_is_gone(force: Force) -> None:
    """A missing seal stops what needs it; no command makes a new key or a new version in its place."""
    world, size = force.world, force.world.vault.shared.size()
    newest = keys.newest_epoch(world.vault.state, keys.REGISTER)
    assert newest is not None
    seal = world.vault.state.get("epoch_seal", epoch=newest["id"], keyset=world.vault.place.keyset)
    assert seal is not None
    world.vault.shared.door.write("DELETE FROM blobs WHERE hash = :name", [{"name": seal["seal"]}])
    result = world.run("person", "add", "--name", "Eve", "--collar", "1", ok=False)
    assert result.exit_code == 6 and "internal" not in result.stderr
    assert world.vault.shared.size() == size
