"""Times that somebody claims: what `--as-of` then shows, who may still write, and what is said of it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.conftest import Force, force
from tests.attacks.insider import AT, Insider
from tests.world import World
from vault.errors import UsageProblem
from vault.ops import doctor, findings
from vault.ops.past import look_back

__all__ = ["force"]
FALSE = "9999-12-31T23:59:59Z"


def lie(force: Force, time: str, *, by: str = "hal") -> int:
    """An entry in force that claims this time."""
    vault = getattr(force, by)
    return Insider(vault, clock=time).say("own_device.answered", vault.person, uses=False, occurred_at=AT)


def size_at(world: World, at: dt.datetime) -> int:
    past = look_back(world.vault, at)
    pin = past.state.pin()
    past.close()
    assert pin is not None
    return pin.size


def test_a_time_in_the_future_hides_nothing_later(force: Force) -> None:
    """A holder's entry of the year 9999: later moments are shown with all that had been written by then."""
    world = force.world
    before, at = world.vault.follower.size, world.clock()
    world.clock.forward(hours=1)
    seq = lie(force, FALSE)
    world.person("New Person", "8888")
    after = world.vault.follower.size
    assert size_at(world, at) == before == seq
    assert size_at(world, world.clock()) == after > seq + 1
    world.clock.forward(days=200)
    assert size_at(world, world.clock() - dt.timedelta(days=100)) == after
    assert size_at(world, world.clock()) == after


def test_a_time_in_the_past_shows_nothing_too_early(force: Force) -> None:
    """What a holder dates back does not bring with it what was written before it, if two others say when that was."""
    world = force.world
    before, at = world.vault.follower.size, world.clock()
    world.clock.forward(days=3)
    world.person("New Person", "8888")
    with force.cal.change() as tx:
        tx.emit("backup.made", "", size=1)
    lie(force, "2026-11-01T00:00:00Z")
    assert size_at(world, at) == before
    found = world.run("person", "list", "--as-of", "2026-11-03")
    assert f"the times of {force.hal.person} are contradicted by the others' there" in found.stderr
    assert "8888" not in found.stdout


def test_where_nobody_can_know_an_entry_is_asked_for(force: Force) -> None:
    """One against one: the two entries with their authors, and the numbers between which the moment lies."""
    world = force.world
    at = world.clock() + dt.timedelta(hours=1)
    seq = lie(force, "2026-11-05T00:00:00Z")
    world.person("New Person", "8888")
    size = world.vault.follower.size
    world.clock.forward(days=30)
    with pytest.raises(
        UsageProblem, match=f"entry {seq} \\({force.hal.person}\\) claims 2026-11-05"
    ) as asked:
        look_back(world.vault, at)
    assert f"one of {seq - 1} to {size - 1};" in asked.value.hint
    past = look_back(world.vault, size - 1)
    assert past.state.count("person") == world.vault.state.count("person")
    past.close()


@pytest.mark.parametrize("time", [FALSE, "2026-11-04T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_one_false_time_stops_no_other(force: Force, time: str) -> None:
    """Who has written before goes on writing, without a word to confirm, whichever way the time is false."""
    lie(force, time)
    force.world.person("New Person", "8888")
    lie(force, time)
    assert force.cal.sync().entries
    with force.cal.change() as tx:
        tx.emit("backup.made", "", size=1)


def test_two_are_believed_and_named(force: Force) -> None:
    """A clock that two others contradict is asked about: whose entry it is, and how to go on."""
    world = force.world
    lie(force, "2026-11-04T00:00:00Z")
    seq = lie(force, "2026-11-05T00:00:00Z", by="cal")
    with pytest.raises(
        UsageProblem, match=f"but {force.cal.person} wrote entry {seq} at 2026-11-05"
    ) as asked:
        world.person("New Person", "8888")
    assert "--clock-is-right" in asked.value.hint
    world.vault.sync()
    assert [check.state for check in _doctor(world) if check.name == "clock"] == ["bad"]
    world.vault.clock_confirmed = True
    world.person("New Person", "8888")
    world.vault.clock_confirmed = False
    world.person("Another Person", "9999")


def test_ones_own_clock_set_back_is_asked_about(force: Force) -> None:
    """Our own last entry, with a hundred of others' behind it, is enough."""
    world = force.world
    world.person("New Person", "8888")
    for _ in range(3):
        Insider(force.hal, clock="2026-11-02T09:00:30Z").say_all(
            [("own_device.answered", force.hal.person, {"uses": False, "occurred_at": AT})] * 100
        )
    world.clock.forward(days=-1)
    with pytest.raises(UsageProblem, match="clock says"):
        world.person("Another Person", "9999")


def test_it_is_a_finding_with_both_authors(force: Force) -> None:
    """Until the log's times have passed it; which of the two was wrong is not guessed."""
    world = force.world
    assert not [one for one in findings.status(world.vault).findings if one.kind == "times_contradict"]
    seq = lie(force, FALSE)
    world.person("New Person", "8888")
    world.person("Another Person", "9999")
    [found] = [one for one in findings.status(world.vault).findings if one.kind == "times_contradict"]
    assert found.evidence == (seq, seq + 1)
    assert found.words.startswith(f"entry {seq} of {force.hal.person} claims {FALSE}; entry {seq + 1} and ")
    assert world.ada in found.words
    assert "times_contradict" in world.run("status", ok=False).stdout


def _doctor(world: World) -> list[doctor.Check]:
    return list(doctor.vault_checks(world.vault, deep=False))
