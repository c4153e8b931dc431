"""Copies of descriptions, and descriptions sealed anew: every way in which an entry is void, and what counts."""

from __future__ import annotations

import pytest

from tests.domain.examples import EXAMPLES, Refused, named
from tests.domain.fold import Fold, acc, b64, bat, dev, force, kst, member, note, per
from vault.domain import details

CASES = [
    Refused("unknown keys", "details.shared", "the keyset is not", subject=kst("eve")),
    Refused("the recovery kit", "details.shared", "not in force", subject=kst("rec")),
    Refused(
        "revoked keys",
        "details.shared",
        "not in force",
        after=lambda s: s.do("signer.revoked", kst("hal"), by="cal", reason="renewed"),
    ),
    Refused("somebody else", "details.shared", "not about the owner", {"about": per("ned")}),
    Refused("an unknown device", "details.shared", "not about the owner", {"about": dev("eve")}),
    Refused("to a colleague's keys", "details.shared", "not about the owner", subject=kst("amy")),
    Refused("by another member", "details.shared", "only custody", by="des"),
    Refused("somebody else's batch", "details.shared", "not the author's", by="ada"),
    Refused("an unknown batch", "details.shared", "not the author's", {"batch": bat("eve")}),
    Refused("what nobody waits for", "details.rewritten", "does not wait", {"about": note("one")}),
    Refused("by a holder", "details.rewritten", "no right", by="hal"),
    Refused("by an auditor", "details.rewritten", "no right", by="amy"),
    Refused(
        "twice",
        "details.rewritten",
        "does not wait",
        after=lambda s: s.do("details.rewritten", "", by="cal", about=dev("phone")),
    ),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def copied(name: str = "details.shared") -> Fold:
    example = EXAMPLES[name]
    scene, data = example.scene()
    scene.do(name, example.subject, by=example.by, **data)
    return scene


def test_a_copy_counts_for_the_description_of_its_entry() -> None:
    """A new description leaves it out of date; it stays listed, because its blob names somebody."""
    scene = copied()
    assert details.copy_in_force(scene.reg, dev("phone"), kst("hal"))["blob"] == b64("copy")  # type: ignore[index]
    scene.do("device.changed", dev("phone"), by="cal", details=b64("other words"))
    assert details.copy_in_force(scene.reg, dev("phone"), kst("hal")) is None
    scene.do("details.shared", kst("hal"), by="cal", about=dev("phone"), batch=bat("own"), details=b64("two"))
    assert details.copy_in_force(scene.reg, dev("phone"), kst("hal"))["blob"] == b64("two")  # type: ignore[index]
    assert [row["blob"] for row in scene.reg.find("own_details", id=dev("phone"))] == [
        b64("copy"),
        b64("two"),
    ]
    assert details.copy_in_force(scene.reg, dev("eve"), kst("hal")) is None


def test_a_member_copies_for_themselves() -> None:
    """Who describes their own device may keep a copy without asking anybody."""
    scene = force()
    scene.do("keys.wrapped", bat("hal"), by="hal", seals={kst("hal"): b64("key")})
    data = {"about": dev("phone"), "batch": bat("hal"), "details": b64("mine")}
    scene.do("details.shared", kst("hal"), by="hal", **data)
    assert details.owner_of(scene.reg, per("hal")) == per("hal")


def test_what_was_written_without_the_key_waits() -> None:
    """A holder's words wait until custody seals them anew, or describes the thing itself."""
    scene = force()
    assert [row["id"] for row in scene.reg.find("unkeyed", done=None)] == [dev("phone")]
    scene.do("details.rewritten", "", by="cal", about=dev("phone"), details=b64("anew"))
    assert scene.row("device", id=dev("phone"))["details"] == b64("anew")
    scene.do("device.changed", dev("phone"), by="hal", details=b64("again"))
    scene.do("device.changed", dev("phone"), by="cal", screen_lock="no")
    assert len(scene.reg.find("unkeyed", done=None)) == 1
    scene.do("device.changed", dev("phone"), by="cal", details=b64("known"))
    assert scene.reg.find("unkeyed", done=None) == []
    scene.do("note.made", note("one"), by="hal", details=b64("words"), about=acc("main"))
    scene.do("details.rewritten", "", by="ada", about=note("one"))
    assert scene.row("note", id=note("one"))["details"] == b64("words")


def test_a_description_that_is_not_there_has_no_copy() -> None:
    """The first member of a vault has none until they are described."""
    scene = force()
    member(scene, "new", "holder")
    scene.reg._conn.execute("UPDATE person SET details = NULL WHERE id = :id", {"id": per("new")})
    assert details.copy_in_force(scene.reg, per("new"), kst("new")) is None


def test_words_of_somebody_else_do_not_become_the_owners() -> None:
    """Who seals anew and names a blob that is another's words gives nobody the right to have those erased."""
    scene = force()
    scene.do("details.rewritten", "", by="cal", about=dev("phone"), details=b64("ned"))
    assert scene.row("device", id=dev("phone"))["details"] == b64("ned")
    assert [row["person"] for row in scene.reg.find("about", hash=b64("ned"))] == [per("ned")]
