"""Claims, notes, corrections, refusals: every way in which an entry is void, and what each keeps."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, named
from tests.domain.fold import b64, clm, dev, force, note, per

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
    Refused(
        "an id twice",
        "note.made",
        "made before",
        after=lambda s: s.do("note.made", note("one"), details=b64("x")),
    ),
    Refused(
        "an id twice",
        "entry.corrected",
        "made before",
        after=lambda s: s.do("note.made", note("one"), details=b64("x")),
    ),
    Refused("itself", "entry.corrected", "only an earlier entry", lambda s: {"entry": s.seq}),
    Refused("a later one", "entry.corrected", "only an earlier entry", {"entry": 999}),
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


def test_what_is_kept() -> None:
    """Notes about things and entries, refusals with their clause, policies and backups in order."""
    scene = force()
    scene.do("note.made", note("a"), by="hal", details=b64("x"), about=per("ned"))
    scene.do("entry.corrected", note("b"), by="hal", details=b64("x"), entry=2)
    assert [(row["about"], row["entry"]) for row in scene.reg.find("note")] == [(per("ned"), None), (None, 2)]
    scene.do("action.refused", by="hal", action="account_open")
    row = scene.row("refusal")
    assert (row["person"], row["clause"], row["about"]) == (per("hal"), None, None)
    scene.do("policy.chosen", profile="surrey", document=b64("surrey"))
    waiting = scene.do("policy.chosen", profile="kent", document=b64("kent"))
    assert [row["profile"] for row in scene.reg.find("policy")] == ["surrey"]
    scene.do("entry.confirmed", "", by="bea", entry=waiting)
    assert [row["profile"] for row in scene.reg.find("policy")] == ["surrey", "kent"]


def test_what_waits_names_its_blobs_when_it_takes_effect() -> None:
    """The document of a policy that waits is remembered with the second word, as that of one that needs none."""
    scene = force()
    scene.do("policy.chosen", profile="surrey", document=b64("surrey"))
    waiting = scene.do("policy.chosen", profile="kent", document=b64("kent"))
    assert scene.reg.get("blob", hash=b64("kent")) is None
    confirmed = scene.do("entry.confirmed", "", by="bea", entry=waiting)
    named = scene.row("blob", hash=b64("kent"))
    assert (named["event"], named["field"], named["seq"]) == ("policy.chosen", "document", confirmed)
    scene.do("note.made", note("late"), by="hal", details=b64("kent"))
    assert scene.reg.find("about", hash=b64("kent")) == []
    scene.do("person.left", per("hal"), **AT)
    assert scene.void("person.erased", per("hal"), basis="request", blobs=[b64("kent")])
