"""Screen locks: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import EARLIER, Fold, b64, dev, per
from tests.domain.judging import MET, NONE, NOT_MET, UNSHOWN, Cases, attest, check

LOCK = example("screen_lock_attestation")


def desktop_only(scene: Fold) -> None:
    """The one device in use is not carried about, and nobody has attested its lock."""
    scene.do("device.retired", dev("phone"), by="cal", occurred_at=EARLIER)
    data = {"kind": "desktop", "ownership": "force", "screen_lock": "unknown", "details": b64("desk")}
    scene.do("device.added", dev("desk"), by="cal", **data, person=per("hal"))


CASES: Cases = {
    "D-14 never": (LOCK, (), UNSHOWN),
    "D-14 today": (LOCK, (attest("yes", "2026-11-20"),), MET),
    "D-14 off": (LOCK, (attest("no", None),), NOT_MET),
    "D-14 too long ago": (LOCK, (attest("yes", "2026-01-01"),), NOT_MET),
    "D-14 on a day to come": (LOCK, (attest("yes", "9999-12-31"),), UNSHOWN),
    "D-14 a desktop": (LOCK, (desktop_only,), NONE),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
