"""Invitations: every way in which one is void."""

from __future__ import annotations

import pytest

from tests.domain.examples import Refused, leave, named
from tests.domain.fold import b64, inv, kst, per

LATER = "2026-12-01T00:00:00Z"


CASES = [
    Refused(
        "an id twice",
        "invitation.made",
        "made before",
        after=lambda s: s.do(
            "invitation.made",
            inv("one"),
            by="bea",
            person=per("ned"),
            key=b64("k"),
            roles=["holder"],
            expires=LATER,
        ),
    ),
    Refused("a stranger", "invitation.made", "the person is not in the register", {"person": per("eve")}),
    Refused("a leaver", "invitation.made", "paused or has left", after=leave("ned")),
    Refused("a keyset of another", "invitation.made", "not the person's", {"replaces": [kst("hal")]}),
    Refused("an unknown keyset", "invitation.made", "not the person's", {"replaces": [kst("eve")]}),
    Refused("unknown", "invitation.used", "the invitation is not", subject=inv("eve")),
    Refused(
        "twice",
        "invitation.used",
        "used before",
        after=lambda s: s.do("invitation.used", inv("ned"), keyset=kst("ned")),
    ),
    Refused("too late", "invitation.used", "has expired", {"time": "2027-01-01T00:00:00Z"}),
    Refused("an unknown keyset", "invitation.used", "its keyset is not", {"keyset": kst("eve")}),
    Refused("somebody else's keyset", "invitation.used", "for another person", {"keyset": kst("hal")}),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()
