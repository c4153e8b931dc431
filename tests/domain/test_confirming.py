"""What waits for a second administrator: whose word counts, and what is judged again with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.domain.examples import AT, EXAMPLES, Refused, leave, named
from tests.domain.fold import Fold, alone, enrol, force, kst, member, per
from vault.domain import events as e
from vault.domain import findings, keys, table

CASES = [
    Refused("nothing waits", "entry.confirmed", "a waiting entry is not", {"entry": 0}),
    Refused("by the same person", "entry.confirmed", "must be another person", by="ada"),
    Refused(
        "twice",
        "entry.confirmed",
        "confirmed already",
        after=lambda s: s.do("entry.confirmed", by="bea", entry=s.seq - 1),
    ),
    Refused(
        "given meanwhile",
        "entry.confirmed",
        "has that role already",
        after=lambda s: s.reg.put("role", person=per("amy"), role="administrator", since=0, until=None),
    ),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_who_left_before_the_second_word_gets_no_role() -> None:
    """What waits for somebody's role is judged again: they have left since."""
    scene, data = EXAMPLES["entry.confirmed"].scene()
    scene.do("person.left", per("amy"), **AT)
    assert "has left" in scene.void("entry.confirmed", by="bea", entry=data["entry"])


ENDS: dict[str, Callable[[Fold], object]] = {
    "left": leave("ada", by="bea"),
    "paused": lambda s: s.do("person.paused", per("ada"), by="bea", **AT),
    "demoted": lambda s: s.do("role.ended", per("ada"), by="bea", role="administrator"),
    "revoked": lambda s: s.do("signer.revoked", kst("ada"), by="bea", reason="lost"),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_waits_does_not_outlive_its_author(end: str) -> None:
    """Ada asked, and is no administrator any more: a later word makes nobody administrator; her return would."""
    scene, data = EXAMPLES["entry.confirmed"].scene()
    waiting = scene.row("pending", confirmed=None)
    assert keys.stands(scene.reg, waiting)
    ENDS[end](scene)
    assert not keys.stands(scene.reg, waiting)
    assert "no administrator any more" in scene.void("entry.confirmed", by="bea", **data)
    assert "waiting_for_confirmation" not in {found.kind for found in findings.record(scene.reg)}
    if end == "paused":
        scene.do("person.resumed", per("ada"), by="bea", **AT)
        scene.do("entry.confirmed", by="bea", **data)


def test_every_event_that_waits_is_an_administrators() -> None:
    """`keys.stands` asks for that role and no other."""
    waits = [event for event in table.TABLE.values() if event.confirm is not None]
    assert {event.by - {e.RECOVERY} for event in waits} == {e.ADMINISTRATORS}


def test_own_second_keyset_does_not_confirm() -> None:
    """Two machines of one administrator are one person."""
    scene, data = EXAMPLES["entry.confirmed"].scene()
    enrol(scene, "ada2", "ada", vouches=True)
    assert "another person" in scene.void("entry.confirmed", by="ada2", **data)


def test_a_second_administrator_is_asked() -> None:
    """With two administrators, a third waits for the other's word; alone, the first takes effect at once."""
    scene = force()
    seq = scene.do("role.given", per("amy"), role="administrator")
    assert not scene.reg.find("role", person=per("amy"), role="administrator")
    waiting = scene.row("pending", seq=seq)
    assert (waiting["person"], waiting["confirmed"]) == (per("ada"), None)
    done = scene.do("entry.confirmed", by="bea", entry=seq)
    assert scene.row("role", person=per("amy"), role="administrator")["since"] == done
    assert scene.row("pending", seq=seq)["confirmed"] == done
    lone = alone()
    member(lone, "bea")
    lone.do("role.given", per("bea"), role="administrator")
    assert keys.members(lone.reg, "administrator") == [per("ada"), per("bea")]
