"""Which public keys nothing can be sealed to: the rule says so exactly where the library does."""

from __future__ import annotations

import base64

import pytest

from tests.domain.fold import b64, force, kst, per
from vault.crypto import hpke
from vault.crypto.keyset import Keyset
from vault.domain import sealing_keys
from vault.errors import IntegrityError

P = 2**255 - 19
GOOD = Keyset.generate(bytes).kem_public
POINTS = (0, 1, P - 1, P, P + 1, *sorted(sealing_keys._SMALL_ORDER), 9)
KEYS = {
    "good": GOOD,
    "all ones": b"\1" * 1216,
    "a low number too large": b"\x01\x0d" + GOOD[2:],  # 3,329
    "the largest low number": b"\x00" + bytes([GOOD[1] & 0xF0 | 0x0D]) + GOOD[2:],  # 3,328
    "a high number too large": GOOD[:1150] + b"\x10\xd0" + GOOD[1152:],
    "nothing but ones": b"\xff" * 1216,
    **{f"point {point:x}": GOOD[:1184] + point.to_bytes(32, "little") for point in POINTS},
    **{f"high bit, point {p:x}": GOOD[:1184] + (p | 1 << 255).to_bytes(32, "little") for p in POINTS},
}


@pytest.mark.parametrize("name", KEYS)
def test_as_the_library_says(name: str) -> None:
    """Void is what cannot be sealed to, and nothing else, in both folds."""
    try:
        hpke.verify_public(KEYS[name])
        seals = True
    except IntegrityError:
        seals = False
    assert sealing_keys.seals_nothing(KEYS[name]) is not seals
    scene, kem = force(), base64.b64encode(KEYS[name]).decode()
    data = {"key": b64("sign"), "kem": kem, "purpose": "member", "vouches": False, "person": per("ned")}
    assert (scene.say("signer.added", kst("new"), **data) is None) is seals
