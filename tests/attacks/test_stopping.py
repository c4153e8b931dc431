"""E11 and E12: nothing that a member writes stops another one's client."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.conftest import Force
from tests.attacks.insider import Insider, Said, digest, every_command_answers, ident
from tests.attacks.sealed import ACCOUNT, CLAIM, PHONE, sealed
from vault.domain import events, keys, table
from vault.ops.keyring import text
from vault.store.shared import blob_name

HOSTILE: dict[str, Callable[[Force], int]] = {
    "not json": sealed("device", "dev", b"not json", "device.added", **PHONE),
    "not utf-8": sealed("device", "dev", b"\xff\xfe", "device.added", **PHONE),
    "a list": sealed("device", "dev", b"[]", "device.added", **PHONE),
    "null": sealed("device", "dev", b"null", "device.added", **PHONE),
    "too deep": sealed("device", "dev", b"[" * 50_000, "device.added", **PHONE),
    "a number for a name": sealed("device", "dev", b'{"nickname":5}', "device.added", **PHONE),
    "half a surrogate": sealed("device", "dev", b'{"nickname":"\\ud800"}', "device.added", **PHONE),
    "half a megabyte": sealed(
        "device", "dev", b'{"nickname":"' + b"x" * 500_000 + b'"}', "device.added", **PHONE
    ),
    "escapes": sealed(
        "device", "dev", b'{"nickname":"\\u001b]52;c;aGk=\\u0007\\u202e"}', "device.added", **PHONE
    ),
    "an account without a key": sealed("account", "acc", b"{}", "account.added", **ACCOUNT),
    "a person without a name": sealed("person", "per", b'{"name":[1]}', "person.added"),
    "a claim that is a number": sealed("claim", "clm", b"5", "claim.filed", **CLAIM),
    "garbage": lambda force: _garbage(force, b"\x02" * 200),
    "of the custody epoch": lambda force: _garbage(
        force, str(keys.newest_epoch(force.hal.state, keys.CUSTODY)["id"]).encode() + b"\x02" * 200
    ),
    "no blob": lambda force: _garbage(force, None),
    "30 February": lambda force: force.insider(force.cal).say(
        "account.compromised", force.account, occurred_at="2026-02-30T00:00:00Z"
    ),
    "the year 0": lambda force: force.insider(force.cal).say(
        "account.compromised", force.account, occurred_at="0000-01-01T00:00:00Z"
    ),
    "digits of another script": lambda force: force.insider(force.cal).say(
        "grant.revoked", force.grant, until="٢٠٢٦-01-01", reason="moved"
    ),
    "the beginning of days": sealed(
        "claim", "clm", b"{}", "claim.filed", kind="other", occurred_at="0001-01-01T00:00:00Z"
    ),
    "the end of days": lambda force: force.insider(force.hal).say(
        "device.changed", force.device_of(force.hal.person), screen_lock="yes", attested_on="9999-12-31"
    ),
    "codes of nowhere": lambda force: force.insider(force.cal).say_all(_ODD),
    "an unknown event": lambda force: force.insider(force.hal).say("vault.opened", "", key="x" * 60_000),
    "a custodian's key that proves nothing": lambda force: _weak_key(force.insider(force.cal)),
    "an administrator's key that proves nothing": lambda force: _weak_key(force.insider(force.world.vault)),
    "a huge field": lambda force: force.insider(force.hal).say("action.refused", "", action="x" * 60_000),
}


_ODD: list[Said] = [
    (
        "account.added",
        ident("acc", "odd"),
        {**ACCOUNT, "platform": "zzz", "force": "zzz", "details": digest("x")},
    ),
    ("team.added", ident("tem", "odd"), {"kind": "zzz", "details": digest("y")}),
    ("action.refused", "", {"action": "zzz", "clause": "ZZ-9"}),
]


def _weak_key(insider: Insider) -> int:
    """A point of small order: one signature under it fits many messages."""
    data = {"key": text(bytes(32)), "kem": text(b"\1" * 1216), "purpose": "member", "vouches": False}
    return insider.say("signer.added", ident("kst", "weak"), **data, person=insider.person)


def _garbage(force: Force, blob: bytes | None) -> int:
    insider = force.insider(force.hal)
    details = digest("nobody has it") if blob is None else blob_name(blob)
    data = {**PHONE, "person": insider.person, "details": details}
    return insider.say_all([("device.added", ident("dev", "bad"), data)], blobs=[blob] if blob else [])


@pytest.mark.parametrize("name", HOSTILE)
def test_e11_no_entry_stops_an_honest_client(force: Force, name: str) -> None:
    """Whatever a member writes into an entry or a description, every command of everybody else goes on working."""
    HOSTILE[name](force)
    every_command_answers(force.world)


def test_e11_teeth(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with dates judged by their form alone, one entry makes `status` fail for everybody."""
    fields = {"occurred_at": lambda value: None}
    event = table.TABLE["account.compromised"]
    loose = events.Event(event.name, event.subject, fields, event.by, event.apply, rule=event.rule)
    monkeypatch.setitem(table.TABLE, event.name, loose)
    HOSTILE["30 February"](force)
    with pytest.raises(AssertionError, match="internal error"):
        every_command_answers(force.world)


def test_e12_an_entry_has_an_upper_size(force: Force) -> None:
    """What one entry can bring is bounded by the form of the log."""
    with pytest.raises(Exception, match="65535"):
        force.insider(force.hal).say("vault.opened", "", key="x" * 70_000)
