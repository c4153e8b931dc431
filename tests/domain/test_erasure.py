"""Whose words are whose, who may erase them, and what no entry can make somebody's."""

from __future__ import annotations

import pytest

from tests.domain.examples import ACCOUNT, AT, DEVICE, Refused, ask, leave, named
from tests.domain.fold import Fold, acc, b64, clm, dev, force, grt, note, per, rec, req
from vault.domain import erasure

REFUSED = [
    Refused("by a custodian", "person.erased", "no right", by="cal"),
    Refused("by an auditor", "person.erased", "no right", by="amy"),
    Refused("of nothing", "person.erased", "at least 1", {"blobs": []}),
    Refused("of one thing twice", "person.erased", "twice", {"blobs": [b64("words about hal")] * 2}),
    Refused("for no known reason", "person.erased", "is not one of", {"basis": "because"}),
    Refused("of somebody who is here", "person.erased", "has not left", subject=per("cal")),
    Refused(
        "of somebody else's words",
        "person.erased",
        "not about the person",
        after=leave("ned"),
        subject=per("ned"),
    ),
    Refused("of something that nobody named", "person.erased", "not about the person", {"blobs": [b64("x")]}),
    Refused(
        "the text of a document",
        "person.erased",
        "nobody's words",
        after=lambda scene: scene.do("policy.chosen", profile="surrey", document=b64("words about hal")),
    ),
    Refused(
        "a second time",
        "person.erased",
        "erased before",
        after=lambda scene: scene.do(
            "person.erased", per("hal"), by="bea", basis="ordered", blobs=[b64("words about hal")]
        ),
    ),
]


@pytest.mark.parametrize("case", named(REFUSED))
def test_what_is_void(case: Refused) -> None:
    """Only an administrator, only about a leaver, only what the log says is about them, only once."""
    case.check()


def test_every_kind_of_words_is_somebodys() -> None:
    """Details old and new, devices, claims, notes about any of them, requests, evidence, corrections."""
    scene, hal = force(), per("hal")
    before = set(erasure.outstanding(scene.reg, hal))
    said = [
        ("person.changed", hal, {"details": b64("w1")}),
        ("person.changed", hal, {"details": b64("w2")}),
        ("device.added", dev("one"), {**DEVICE, "details": b64("w3"), "person": hal}),
        ("device.changed", dev("one"), {"details": b64("w4")}),
        ("claim.filed", clm("one"), {"by": "hal", **AT, "kind": "other", "details": b64("w5")}),
        ("claim.filed", clm("two"), {**AT, "kind": "other", "device": dev("one"), "details": b64("w6")}),
        ("note.made", note("one"), {"details": b64("w7"), "about": hal}),
        ("note.made", note("two"), {"details": b64("w8"), "about": dev("one")}),
        ("note.made", note("three"), {"details": b64("w9"), "about": clm("one")}),
        (
            "account.requested",
            req("new"),
            {"requester": hal, "platform": "x", "owner_kind": "team", "details": b64("w10")},
        ),
        ("note.made", note("four"), {"details": b64("w11"), "about": req("new")}),
        (
            "approval.given",
            req("new"),
            {"post": "line_manager", "person": per("ned"), **AT, "evidence": b64("w12")},
        ),
        ("entry.corrected", note("five"), {"entry": 3, "details": b64("w13"), "persons": [hal]}),
    ]
    for event, subject, data in said:
        scene.do(event, subject, **data)
    found = erasure.outstanding(scene.reg, hal)
    assert set(found) - before == {b64(f"w{n}") for n in range(1, 14)}
    assert [name for name in found if name not in before] == [b64(f"w{n}") for n in range(1, 14)], "in order"
    scene.do("note.made", note("six"), details=b64("w14"), about=acc("main"))
    assert b64("w14") not in erasure.outstanding(scene.reg, hal)
    scene.do("person.left", hal, **AT)
    scene.do("person.erased", hal, by="bea", basis="ordered", blobs=found)
    assert erasure.outstanding(scene.reg, hal) == []


def test_an_account_is_not_its_askers() -> None:
    """The request is about who asked; the account that was opened for it is not, and outlives their erasure."""
    scene, hal = force(), per("hal")
    ask(scene)
    scene.do(
        "account.opened", acc("new"), by="cal", **{**ACCOUNT, "details": b64("live")}, request=req("new")
    )
    scene.do("account.changed", acc("new"), by="cal", details=b64("live again"))
    found = erasure.outstanding(scene.reg, hal)
    assert ACCOUNT["details"] in found
    assert not {b64("live"), b64("live again")} & set(found)
    scene.do("person.left", hal, **AT)
    why = scene.void("person.erased", hal, by="bea", basis="ordered", blobs=[b64("live")])
    assert "not about the person" in why
    scene.do("person.erased", hal, by="bea", basis="ordered", blobs=found)


def chain(scene: Fold, length: int) -> None:
    """Records, each about the one before it, the first about Hal; each with words."""
    about = per("hal")
    for n in range(length):
        code = "".join("abcdefghij"[int(digit)] for digit in f"{n:05}")
        scene.do("record.made", rec(code), by="cal", code="x", **AT, about=about, details=b64(f"words {n}"))
        about = rec(code)


def test_records_about_records_without_end_stop_nobody() -> None:
    """The attack: a chain longer than a program's stack. Both folds go on, in time that grows with its length alone."""
    scene = force()
    chain(scene, 5_000)
    scene.do("person.left", per("hal"), **AT)


def test_words_concern_whoever_is_near() -> None:
    """Eight steps from what is said to the person; what is farther is about the thing alone."""
    scene = force()
    before = set(erasure.outstanding(scene.reg, per("hal")))
    chain(scene, 12)
    found = set(erasure.outstanding(scene.reg, per("hal"))) - before
    assert found == {b64(f"words {n}") for n in range(9)}


def test_a_device_of_another_owner_is_theirs() -> None:
    """What was written while it was the leaver's is; what was written for the next owner is not."""
    scene = force()
    scene.do("device.added", dev("one"), **{**DEVICE, "details": b64("his"), "person": per("hal")})
    scene.do("device.changed", dev("one"), details=b64("hers"), person=per("ned"))
    assert b64("his") in erasure.outstanding(scene.reg, per("hal"))
    assert b64("hers") not in erasure.outstanding(scene.reg, per("hal"))
    assert b64("hers") in erasure.outstanding(scene.reg, per("ned"))


def test_naming_somebody_elses_blob_does_not_make_it_ones_own() -> None:
    """The attack: a note about a leaver that names a secret, or another's details; then the leaver is erased."""
    scene = force()
    scene.do("person.changed", per("ned"), details=b64("neds details"))
    scene.version(acc("main"), blob=b64("the secret"))
    for n, name in (("one", "neds details"), ("two", "the secret")):
        scene.do("note.made", note(n), by="hal", details=b64(name), about=per("hal"))
        assert b64(name) not in erasure.outstanding(scene.reg, per("hal"))
    scene.do("person.left", per("hal"), **AT)
    for name in ("neds details", "the secret"):
        why = scene.void("person.erased", per("hal"), by="bea", basis="ordered", blobs=[b64(name)])
        assert "not about the person" in why


def test_words_about_a_grant_are_its_holders() -> None:
    """What is attached to a record about somebody's access concerns them, and whose statement it is."""
    scene = force()
    data = {"code": "seen", "about": grt("main"), "evidence": b64("mail about hal")}
    scene.do("record.made", rec("one"), by="cal", **AT, **data)
    concerned = {row["person"] for row in scene.reg.find("about", hash=b64("mail about hal"))}
    assert concerned == {per("hal"), per("cal")}
