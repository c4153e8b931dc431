"""`log.restored`: by administrators, two where there are two, about something that can have been lost."""

from __future__ import annotations

import pytest

from tests.domain.examples import Refused, named
from tests.domain.fold import alone, b64, force, per

CASES = [
    Refused("from the start", "log.restored", "not continued from there", {"continued": 0}),
    Refused("from what is still to come", "log.restored", "not continued from there", {"continued": 999}),
    Refused("a head that is not lost", "log.restored", "is not lost", {"size": 5}),
    Refused("a shorter head", "log.restored", "is not lost", {"size": 4}),
    Refused("by a custodian", "log.restored", "no right", by="cal"),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each makes one thing wrong."""
    case.check()


def test_it_waits_for_the_second_and_then_stands() -> None:
    """Nothing is in force before; afterwards it stands where it was confirmed."""
    scene = force()
    lost = {"continued": 5, "size": 9, "root": b64("a lost head")}
    entry = scene.do("log.restored", "", by="ada", **lost)
    assert scene.reg.find("restored") == []
    assert "another" in scene.void("entry.confirmed", "", by="ada", entry=entry)
    confirmed = scene.do("entry.confirmed", "", by="bea", entry=entry)
    assert [dict(row) for row in scene.reg.find("restored")] == [{"seq": confirmed, **lost}]


def test_alone_it_takes_effect_at_once() -> None:
    """As everything that should take two does; but not for who has ended the other one."""
    lost = {"continued": 5, "size": 9, "root": b64("a lost head")}
    scene = alone()
    entry = scene.do("log.restored", "", by="ada", **{**lost, "continued": 1})
    assert [row["seq"] for row in scene.reg.find("restored")] == [entry]
    scene = force()
    scene.do("role.ended", per("bea"), by="ada", role="administrator")
    scene.do("log.restored", "", by="ada", **lost)
    assert scene.reg.find("restored") == []
