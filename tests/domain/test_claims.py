"""Claims: every way in which an entry about one is void, and what is kept."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, named
from tests.domain.fold import b64, clm, dev, force, per

CASES = [
    Refused("an unknown device", "claim.filed", "the device is not", {"device": dev("eve")}),
    Refused(
        "an id twice",
        "claim.filed",
        "filed before",
        after=lambda s: s.do("claim.filed", clm("new"), by="des", **AT, kind="other", details=b64("x")),
    ),
    Refused("unknown", "claim.accepted", "the claim is not", subject=clm("eve")),
    Refused(
        "after a decision",
        "claim.accepted",
        "decided already",
        after=lambda s: s.do("claim.rejected", clm("one"), reason="mistaken"),
    ),
    Refused(
        "after a decision",
        "claim.rejected",
        "decided already",
        after=lambda s: s.do("claim.accepted", clm("one")),
    ),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_a_claim_and_its_decision() -> None:
    """A claim says who filed it and waits for somebody with the right."""
    scene = force()
    scene.do("claim.filed", clm("one"), by="des", **AT, kind="other", details=b64("x"))
    row = scene.row("claim")
    assert (row["by"], row["state"], row["device"]) == (per("des"), "open", None)
    scene.do("claim.rejected", clm("one"), by="cal", reason="mistaken")
    assert scene.row("claim")["state"] == "rejected"
