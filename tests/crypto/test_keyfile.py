"""A keyset on disk opens with passphrase and device secret, at an honest cost, in one spelling."""

from __future__ import annotations

import json

import pytest

from tests.crypto.given import assert_only_itself_opens, repeatable
from vault.crypto import keyfile
from vault.crypto.keyfile import CEILING, CHEAPEST_FOR_TESTS, FLOOR, Cost, cost_of, header, lock, unlock
from vault.crypto.keyset import Keyset
from vault.errors import IntegrityError, Locked, UsageProblem, VaultError

KEYSET = Keyset(bytes(range(64)))
PASSPHRASE, DEVICE = "six words that nobody else has", bytes(range(32))
CONTEXT = {"vault": "ab" * 32, "keyset": "k-1"}
CHEAP = CHEAPEST_FOR_TESTS


def locked(**changes) -> bytes:
    given = {
        "passphrase": PASSPHRASE,
        "device_secret": DEVICE,
        "context": CONTEXT,
        "random": repeatable(b"keyfile"),
        "cost": CHEAP,
        "floor": CHEAP,
    }
    return lock(KEYSET, **(given | changes))


def unlocked(raw: bytes, **changes) -> Keyset:
    return unlock(raw, **({"passphrase": PASSPHRASE, "device_secret": DEVICE, "floor": CHEAP} | changes))


RAW = locked()


def edited(change) -> bytes:
    """The file with its JSON changed and written back in canonical form."""
    document = json.loads(RAW)
    change(document)
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def test_round_trip():
    """The keyset comes back; context and cost can be read without opening it."""
    assert unlocked(RAW).reveal() == KEYSET.reveal()
    assert header(RAW) == CONTEXT
    assert cost_of(RAW) == CHEAP


def test_the_default_cost_is_enough_for_the_default_floor():
    """Locked and unlocked with nothing said about cost, at the floor of 64 MiB."""
    given = {"passphrase": PASSPHRASE, "device_secret": DEVICE}
    raw = lock(KEYSET, **given, context=CONTEXT, random=repeatable(b"floor"))
    assert json.loads(raw)["header"]["cost"] == {"lanes": 4, "memory_kib": 65536, "passes": 3}
    assert unlock(raw, **given).fingerprint() == KEYSET.fingerprint()


def test_composed_and_decomposed_letters_are_one_passphrase():
    """Another keyboard does not lock anybody out."""
    assert (
        unlocked(locked(passphrase="caf\u00e9 noir"), passphrase="cafe\u0301 noir").reveal()
        == KEYSET.reveal()
    )


@pytest.mark.parametrize(
    "changes",
    [{"passphrase": PASSPHRASE + "."}, {"passphrase": ""}, {"device_secret": bytes(32)}],
    ids=["wrong passphrase", "no passphrase", "another machine's secret"],
)
def test_passphrase_and_device_secret_are_both_needed(changes):
    """Either one wrong: the same refusal, which says what to try."""
    with pytest.raises(
        Locked, match=r"^the passphrase and this machine's device secret do not open"
    ) as refusal:
        unlocked(RAW, **changes)
    assert refusal.value.hint.startswith("try the passphrase again")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_device_secret_has_32_bytes(size):
    """Without the whole device secret nothing is locked or opened."""
    with pytest.raises(IntegrityError, match="it is damaged"):
        unlocked(RAW, device_secret=bytes(size))
    with pytest.raises(IntegrityError, match="it is damaged"):
        locked(device_secret=bytes(size))


def test_no_altered_file_opens():
    """Of all one-bit changes, cuts and additions none is accepted."""
    assert_only_itself_opens(RAW, unlocked)


BELOW = [Cost(65535, 3, 4), Cost(65536, 2, 4), Cost(65536, 3, 3), CHEAP, Cost(0, 0, 0), Cost(-1, -1, -1)]
ABOVE = [
    Cost(CEILING.memory_kib + 1, 3, 4),
    Cost(65536, 17, 4),
    Cost(65536, 3, 17),
    Cost(2**64, 2**64, 2**64),
]


@pytest.mark.parametrize("cost", BELOW + ABOVE, ids=str)
def test_a_cost_outside_the_bounds_is_refused_before_it_is_paid(cost, monkeypatch):
    """A file that asks for too little or too much is refused, and nothing is computed."""
    monkeypatch.setattr(keyfile, "stretch", lambda *_, **__: pytest.fail("the cost was paid"))
    asked = {"lanes": cost.lanes, "memory_kib": cost.memory_kib, "passes": cost.passes}
    raw = edited(lambda document: document["header"].update(cost=asked))
    with pytest.raises(IntegrityError, match="outside what this program accepts"):
        unlocked(raw, floor=FLOOR)
    with pytest.raises(UsageProblem, match="outside what this program accepts"):
        locked(cost=cost, floor=FLOOR)


def test_another_cost_within_the_bounds_does_not_open():
    """The header is part of the key: a cost cannot be swapped for another good one."""
    raw = edited(lambda document: document["header"]["cost"].update(passes=2))
    with pytest.raises(Locked):
        unlocked(raw)


@pytest.mark.parametrize("change", [{"vault": "cd" * 32}, {"keyset": "k-2"}, {"more": "x"}])
def test_a_keyset_does_not_open_in_another_context(change):
    """A file whose vault or keyset id was changed is refused."""
    with pytest.raises(Locked):
        unlocked(edited(lambda document: document["header"]["context"].update(change)))


def test_a_file_that_names_another_keyset_is_refused(monkeypatch):
    """What was opened must have the public keys that the header names."""
    monkeypatch.setattr(Keyset, "fingerprint", lambda _: bytes(32))
    raw = locked()
    monkeypatch.undo()
    with pytest.raises(IntegrityError, match="damaged"):
        unlocked(raw)


def _document() -> dict:
    return json.loads(RAW)


def _with(**header_changes) -> bytes:
    return edited(lambda document: document["header"].update(header_changes))


DAMAGED = {
    "empty": b"",
    "no JSON": b"not JSON",
    "not ASCII": RAW.replace(b"k-1", "k-é".encode()),
    "a list": b"[]\n",
    "a number": b"1\n",
    "deep": b"[" * 8000,
    "too long": b" " * 9000,
    "no header": edited(lambda document: document.pop("header")),
    "no ciphertext": edited(lambda document: document.pop("ciphertext")),
    "header is a list": edited(lambda document: document.update(header=[])),
    "unknown key outside": edited(lambda document: document.update(more=1)),
    "unknown key in the header": _with(more=1),
    "unknown key in the cost": edited(lambda document: document["header"]["cost"].update(more=1)),
    "another mark": _with(mark="keyholder/v2/keyfile"),
    "duplicate key": RAW.replace(b'{"ciphertext"', b'{"ciphertext":"","ciphertext"'),
    "space": RAW.replace(b":", b": ", 1),
    "two line ends": RAW + b"\n",
    "no line end": RAW[:-1],
    "other order": json.dumps(dict(reversed(_document().items())), separators=(",", ":")).encode() + b"\n",
    "escaped letter": RAW.replace(b"k-1", b"\\u006b-1"),
    "float": edited(lambda document: document["header"]["cost"].update(passes=1.0)),
    "truth": edited(lambda document: document["header"]["cost"].update(passes=True)),
    "not a number": RAW.replace(b'"passes":1', b'"passes":NaN'),
    "huge number": RAW.replace(b'"passes":1', b'"passes":' + b"9" * 5000),
    "context is a list": _with(context=[]),
    "context holds a number": _with(context={"vault": 1}),
    "salt is a number": _with(salt=1),
    "salt is short": _with(salt="AAAA"),
    "nonce is long": _with(nonce="A" * 32),
    "base64 with a line break": _with(nonce=_document()["header"]["nonce"] + "\n"),
    "ciphertext is short": edited(lambda document: document.update(ciphertext="AAAA")),
}


@pytest.mark.parametrize("raw", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_refused_as_damaged(raw):
    """Whatever is not exactly what this program writes is damage, and not a wrong passphrase."""
    with pytest.raises(IntegrityError, match=r"^the keyset file is damaged$"):
        unlocked(raw)
    with pytest.raises(IntegrityError, match=r"^the keyset file is damaged$"):
        header(raw)


def test_what_could_not_be_read_back_is_not_written():
    """A context that is no text is refused when it is locked, not when it is needed."""
    with pytest.raises(IntegrityError):
        locked(context={"vault": 1})


def test_a_file_has_at_most_8192_bytes():
    """The largest is read; one byte more is neither written nor read."""
    room = 8192 - len(locked(context={"vault": ""}))
    largest = locked(context={"vault": "x" * room})
    assert len(largest) == 8192 and unlocked(largest).reveal() == KEYSET.reveal()
    with pytest.raises(IntegrityError, match=r"^the keyset file is damaged$"):
        locked(context={"vault": "x" * (room + 1)})


def test_salt_and_nonce_are_fresh():
    """Two files of one keyset share neither salt nor nonce nor ciphertext."""
    random = repeatable(b"twice")
    one, two = (json.loads(locked(random=random)) for _ in range(2))
    assert one["ciphertext"] != two["ciphertext"]
    assert one["header"]["salt"] != two["header"]["salt"] and one["header"]["nonce"] != two["header"]["nonce"]


def test_no_secret_in_file_or_refusal():
    """Neither the file nor any refusal holds passphrase, device secret or keyset."""
    assert PASSPHRASE.encode() not in RAW
    with pytest.raises(VaultError) as refusal:
        unlocked(RAW, passphrase="hunter2-hunter2")
    assert "hunter2" not in f"{refusal.value} {refusal.value.hint} {refusal.value.__cause__}"


def test_costs_are_values():
    """A cost is compared by value and cannot be changed in place."""
    assert FLOOR._replace(passes=4) == Cost(65536, 4, 4)
    with pytest.raises(AttributeError):
        FLOOR.passes = 1  # type: ignore[misc]
