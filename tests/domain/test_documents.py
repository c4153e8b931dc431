"""The policy documents that were chosen: by two administrators after the first, and nobody's words."""

from __future__ import annotations

from tests.domain.examples import AT
from tests.domain.fold import b64, force, note, per


def test_the_second_choice_waits() -> None:
    """The first document is in force at once; another one with a second administrator's word."""
    scene = force()
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
