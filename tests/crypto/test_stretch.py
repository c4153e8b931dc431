"""A passphrase is stretched by Argon2id, at a cost within bounds."""

from __future__ import annotations

import argon2.low_level
import pytest
from argon2.exceptions import HashingError
from argon2.low_level import ffi, lib
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.crypto.given import official
from vault.crypto.stretch import CEILING, CHEAPEST_FOR_TESTS, DEFAULT, FLOOR, Cost, stretch
from vault.errors import UsageProblem, VaultError


def low_level(case) -> bytes:
    """argon2-cffi with the secret and the associated data of RFC 9106, which its own function does not take."""
    fields = {name: bytes.fromhex(case.get(name, "")) for name in ("pass", "salt", "secret", "ad")}
    held = {name: ffi.new("uint8_t[]", value) for name, value in fields.items()}
    out = ffi.new("uint8_t[]", case["length"])
    context = ffi.new(
        "argon2_context *",
        {
            "version": 0x13,
            "out": out,
            "outlen": case["length"],
            "pwd": held["pass"],
            "pwdlen": len(fields["pass"]),
            "salt": held["salt"],
            "saltlen": len(fields["salt"]),
            "secret": held["secret"],
            "secretlen": len(fields["secret"]),
            "ad": held["ad"],
            "adlen": len(fields["ad"]),
            "t_cost": case["iter"],
            "m_cost": case["memcost"],
            "lanes": case["lanes"],
            "threads": case["lanes"],
            "allocate_cbk": ffi.NULL,
            "free_cbk": ffi.NULL,
            "flags": lib.ARGON2_DEFAULT_FLAGS,
        },
    )
    assert argon2.low_level.core(context, argon2.low_level.Type.ID.value) == lib.ARGON2_OK
    return bytes(ffi.buffer(out))


@pytest.mark.parametrize("case", official("argon2id")["vectors"])
def test_rfc_9106(case):
    """The library that is used gives the RFC's tag (the first case) and those of other implementations."""
    assert low_level(case).hex() == case["output"]


@pytest.mark.parametrize("cost", [CHEAPEST_FOR_TESTS, Cost(64, 2, 2), Cost(1024, 1, 4), Cost(1000, 3, 3)])
@pytest.mark.parametrize("passphrase", ["", "x", "six words of some list", "\u00e9" * 70])
def test_a_second_implementation_agrees(cost, passphrase):
    """OpenSSL's Argon2id gives the same bytes."""
    salt = bytes(range(16))
    oracle = Argon2id(
        salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    assert stretch(passphrase, salt=salt, cost=cost) == oracle.derive(passphrase.encode())


def test_one_passphrase_however_it_is_typed():
    """Composed and decomposed letters are one passphrase (NFC), and compatibility forms are not folded."""
    one, two, three = (
        stretch(text, salt=bytes(16), cost=CHEAPEST_FOR_TESTS)
        for text in ("caf\u00e9", "cafe\u0301", "\uff43af\u00e9")
    )
    assert one == two != three


def test_the_floor_is_the_rfc_9106_second_recommendation():
    """64 MiB, three passes, four lanes; nothing cheaper is the default."""
    assert FLOOR == DEFAULT == Cost(memory_kib=65536, passes=3, lanes=4)
    assert Cost(memory_kib=4194304, passes=16, lanes=16) == CEILING


@pytest.mark.parametrize("part", ["memory_kib", "passes", "lanes"])
def test_each_part_of_a_cost_has_both_bounds(part):
    """One below the floor or one above the ceiling in any part is outside."""
    low, high = getattr(FLOOR, part), getattr(CEILING, part)
    assert FLOOR.within(FLOOR) and CEILING.within(FLOOR)
    assert not FLOOR._replace(**{part: low - 1}).within(FLOOR)
    assert not CEILING._replace(**{part: high + 1}).within(FLOOR)


def test_the_cheap_cost_needs_a_floor_of_its_own():
    """The cost for tests is outside unless it is named as the floor."""
    assert Cost(memory_kib=8, passes=1, lanes=1) == CHEAPEST_FOR_TESTS
    assert not CHEAPEST_FOR_TESTS.within(FLOOR)
    assert CHEAPEST_FOR_TESTS.within(CHEAPEST_FOR_TESTS)


def test_stray_bytes_are_refused_without_quoting_them():
    """What a terminal could not decode is a refusal that does not hold the passphrase."""
    with pytest.raises(UsageProblem, match="not text") as refusal:
        stretch("hunter2\udc80", salt=bytes(16), cost=CHEAPEST_FOR_TESTS)
    assert refusal.value.__cause__ is None and refusal.value.__suppress_context__
    assert "hunter2" not in str(refusal.value)


def test_too_little_memory_is_said(monkeypatch):
    """When the machine cannot give the memory, the error says how much is needed."""

    def no_memory(*_: object) -> bytes:
        raise HashingError("Memory allocation error")

    monkeypatch.setattr("argon2.low_level.hash_secret_raw", no_memory)
    with pytest.raises(VaultError, match="stretched") as refusal:
        stretch("x", salt=bytes(16), cost=FLOOR)
    assert refusal.value.hint == "it needs 64 MiB of free memory"
