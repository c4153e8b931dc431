"""No operation records as a fact what is to come; what is planned is put on the list of what falls due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.world import World
from vault.domain.due import COMING
from vault.errors import UsageProblem
from vault.ops import (
    accounts,
    claims,
    deposits,
    devices,
    due,
    grants,
    leaving,
    loss,
    people,
    posts,
    records,
    rotation,
    teams,
    usage,
)

Do = Callable[..., Any]
DAY, TIME = dt.date(2026, 11, 3), "2026-11-02T10:06:00Z"
MOMENT = dt.datetime.fromisoformat(TIME)

FACTS: dict[str, Do] = {
    "somebody leaves": lambda v: leaving.leave(v, person="2001", on=MOMENT),
    "the plan of it": lambda v: leaving.plan(v, person="2001", on=MOMENT),
    "paused": lambda v: people.pause(v, person="2001", on=MOMENT),
    "a post begins": lambda v: posts.give(v, person="2001", post="chief", since=DAY),
    "a post ends": lambda v: posts.end(v, person="2001", post="line_manager", until=DAY),
    "joins a team": lambda v: teams.join(v, team="Team", person="1815", since=DAY),
    "leaves a team": lambda v: teams.leave(v, team="Team", person="2001", until=DAY),
    "lost": lambda v: devices.lose(v, "phone", on=TIME),
    "told of a loss": lambda v: devices.lose(v, "phone", told_at=TIME),
    "retired": lambda v: devices.end(v, "phone", event="device.retired", at=TIME),
    "told": lambda v: loss.tell(v, "lost phone", "ict", at=TIME),
    "an answer": lambda v: devices.answer(v, "2001", uses=False, at=TIME),
    "a claim": lambda v: claims.file(v, kind="other", text="words", on=TIME),
    "a record": lambda v: records.make(v, code="watched.daily", at=TIME, other=True),
    "a record ends": lambda v: records.end(v, v.state.find("record")[0]["id"], on=DAY),
    "frozen": lambda v: accounts.freeze(v, account=v.state.find("account")[0]["id"], at=TIME),
    "closed": lambda v: accounts.close(
        v, account=v.state.find("account")[0]["id"], consulted=None, existing=True, at=TIME
    ),
    "access": lambda v: grants.give(
        v,
        account=v.state.find("account")[0]["id"],
        person=v.person,
        kind="secret",
        existing=True,
        since=str(DAY),
    ),
    "changed outside": lambda v: deposits.deposit(
        v, account=v.state.find("account")[0]["id"], parts={"password": "two"}, changed_on=TIME
    ),
    "applied": lambda v: rotation.applied(v, account=v.state.find("account")[0]["id"], on=TIME),
    "used": lambda v: usage.used(v, account=v.state.find("account")[0]["id"], day=DAY, how="post"),
    "attested": lambda v: devices.change(v, "phone", screen_lock="yes", attested_on=str(DAY)),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A force in which each of them could be done today, which is 2 November 2026, ten in the morning."""
    world = World(tmp_path_factory.mktemp("happened"))
    person = world.person("Bob Stone", "2001")
    teams.add(world.vault, name="Team")
    teams.join(world.vault, team="Team", person="2001")
    posts.give(world.vault, person="2001", post="line_manager")
    for name in ("phone", "lost phone"):
        devices.add(world.vault, nickname=name, kind="phone", ownership="force", owner="2001")
    devices.lose(world.vault, "lost phone")
    account = world.account("x/Fair", password="one")
    records.make(world.vault, code="watched.daily", about=("account", "x/Fair"), other=True)
    rotation.start(world.vault, accounts=[account])
    assert person
    return world


@pytest.mark.parametrize("name", FACTS)
def test_a_day_to_come_is_refused(world: World, name: str) -> None:
    """It says when to record it, and what to do until then; nothing is written."""
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match="future") as refused:
        FACTS[name](world.vault)
    assert "record it when it has happened" in refused.value.hint
    assert world.vault.follower.size == size


def test_L_1_what_is_planned_is_on_the_list(tmp_path: Path) -> None:  # noqa: N802
    """The hint's own words: a leaver's last day is on the list until they have left, a record ended is off it."""
    world = World(tmp_path)
    world.person("Bob Stone", "2001")
    for day in ("20/11/2026", "24/11/2026"):
        world.run("record", "add", "planned.leaving", "--about", "person", "2001", "--until", day)
    assert (
        "the policy asks" not in world.run("record", "add", "planned.review", "--until", "2026-11-05").stderr
    )

    def listed() -> list[tuple[str, str, dt.date | None]]:
        items = due.agenda(world.vault, within=30).items
        return [
            (i.due.what, i.about, i.due.due_on)
            for i in items
            if i.due.words == "planned" and i.state == COMING
        ]

    leaving_on = [("leaving", "Bob Stone", dt.date(2026, 11, day)) for day in (20, 24)]
    assert listed() == [("review", "the policy", dt.date(2026, 11, 5)), *leaving_on]
    first, _, review = (row["id"] for row in world.vault.state.find("record"))
    world.run("record", "withdraw", first, "--reason", "superseded")
    world.run("record", "end", review)
    assert listed() == leaving_on[1:]
    world.run("person", "leave", "2001", "--yes", "--collar", "2001")
    assert listed() == []
    world.check()
