"""Records: who may make, end and withdraw one, and how each is known."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, named
from tests.domain.fold import DAY, Fold, acc, b64, force, per, rec
from vault.domain import evidence, records


def kept(scene: Fold) -> None:
    scene.do("record.made", rec("new"), by="cal", **AT, code="app.scheduler", about=acc("main"))


def ended(scene: Fold) -> None:
    scene.do("record.ended", rec("one"), by="cal", until=DAY)


def withdrawn(scene: Fold) -> None:
    scene.do("record.withdrawn", rec("one"), by="cal", reason="mistake")


CASES = [
    Refused("an id twice", "record.made", "made before", after=kept),
    Refused("about nothing known", "record.made", "what it is about is not", {"about": acc("none")}),
    Refused("by nobody known", "record.made", "who states it is not", {"person": per("nobody")}, by="cal"),
    Refused("about another", "record.made", "only one's own statements", {"about": per("ned")}),
    Refused("of another", "record.made", "only one's own statements", {"person": per("ned")}),
    Refused("unknown", "record.ended", "the record is not", subject=rec("none")),
    Refused("ended twice", "record.ended", "ended already", after=ended),
    Refused("withdrawn", "record.ended", "is withdrawn", after=withdrawn),
    Refused("withdrawn twice", "record.withdrawn", "is withdrawn", after=withdrawn),
    Refused("somebody else's", "record.withdrawn", "somebody else's", by="hal"),
]  # fmt: skip


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_ones_own_acknowledgement() -> None:
    """A member acknowledges for themselves, with their own keys, and may end or withdraw that."""
    scene = force()
    scene.do("record.made", rec("one"), by="hal", **AT, code="ack.guidance", about=per("hal"), version="1.5")
    row = scene.row("record")
    assert (row["person"], row["author"], row["version"], row["good"]) == (per("hal"), per("hal"), "1.5", 1)
    assert evidence.proof(row) == "proven"
    scene.do("record.ended", rec("one"), by="hal", until=DAY)
    scene.do("record.withdrawn", rec("one"), by="hal", reason="other")
    row = scene.row("record")
    assert row["until"] == DAY
    assert row["withdrawn"] > row["ended"]


def test_how_it_is_known() -> None:
    """G-13, P-16: what somebody else is said to have stated is a statement, with something attached a document."""
    scene = force()
    scene.do("record.made", rec("a"), by="cal", **AT, code="agreed.desk", person=per("hal"), good=False)
    assert evidence.proof(scene.row("record")) == "statement"
    assert (scene.row("record")["good"], scene.row("record")["about"]) == (0, "")
    scene = force()
    scene.do(
        "record.made", rec("a"), by="cal", **AT, code="agreed.desk", person=per("hal"), evidence=b64("scan")
    )
    assert evidence.proof(scene.row("record")) == "document"


@pytest.mark.parametrize("code", ["Training", "training.", "a.b.c", "a b", "", "1a", 7, "x" * 33])
def test_codes(code: object) -> None:
    """A word, or a word and what it is of; never free text."""
    assert records.record_code(code)
    assert records.record_code("training.masterclass_2") is None


def test_versions() -> None:
    """Numbers and dots, with a letter at most."""
    assert [records.version(value) for value in ("1.5", "2020.03", "5b")] == [None] * 3
    assert [records.version(value) for value in ("", ".5", "1 5", "five", "12345", 5)].count(None) == 0


def test_a_freeze_has_its_reason() -> None:
    """A-15: why an account was frozen, and that it is over."""
    scene = force()
    scene.do("account.frozen", acc("main"), **AT, reason="non_adherence")
    assert (scene.row("freeze")["reason"], scene.row("freeze")["ended"]) == ("non_adherence", None)
    scene.do("account.unfrozen", acc("main"), **AT)
    assert scene.row("freeze")["ended"] is not None
