"""M: monitoring by people. Dormancy itself is tested with its ladders, in tests/domain/test_dormancy.py."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import account, gaps, in_post, record, status
from tests.world import World


def test_m13_watched_on_every_working_day(av: World) -> None:
    """Watched on Friday it holds over the weekend and on Monday; on Tuesday it is a working day too old."""
    page, watcher = account(av, "x/Main"), in_post(av, "eservices", "3000")
    by = {"person": watcher, "post": "eservices"}
    record(av, "watched.daily", page, on="2026-10-30", **by)
    assert status(av, "AS-3.j") == "met"
    av.clock.at = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)
    assert "ran out on 2026-11-02" in gaps(av, "AS-3.j", page)[0].words
    record(av, "watched.daily", page, **by)
    assert status(av, "AS-3.j") == "met"


def test_m13_watched_over_a_bank_holiday(av: World) -> None:
    """Watched on Christmas Eve it holds until Tuesday, 29 December; in a year that nobody entered nothing is sure."""
    page, watcher = account(av, "x/Main"), in_post(av, "eservices", "3000")
    by = {"person": watcher, "post": "eservices"}
    record(av, "watched.daily", page, on="2026-12-24", **by)
    av.clock.at = dt.datetime(2026, 12, 29, 9, 0, tzinfo=dt.UTC)
    assert status(av, "AS-3.j") == "met"
    av.clock.at = dt.datetime(2026, 12, 30, 9, 0, tzinfo=dt.UTC)
    assert "ran out on 2026-12-29" in gaps(av, "AS-3.j", page)[0].words
    record(av, "watched.daily", page, on="2035-12-24", **by)
    av.clock.at = dt.datetime(2035, 12, 28, 9, 0, tzinfo=dt.UTC)
    assert "nobody has entered" in gaps(av, "AS-3.j", page)[0].words
    assert status(av, "AS-3.j") == "not evidenced"
    av.clock.at = dt.datetime(2036, 1, 9, 9, 0, tzinfo=dt.UTC)
    assert status(av, "AS-3.j") == "not met"


@pytest.mark.parametrize(
    ("document", "clause", "code", "post", "days"),
    [
        ("norfolk_suffolk", "NS-10.2d", "review.access_list", "account_administrator", 90),
        ("northamptonshire", "NP-4.3d", "attestation.profanity_filter", "", 365),
    ],
)
def test_m14_periodic_attestations(
    force: Force, document: str, clause: str, code: str, post: str, days: int
) -> None:
    """An access list, a page setting: looked at within the period, or it ran out; local where the text is silent."""
    world = force(document)
    page = account(world, "facebook/Page")
    by = {"person": in_post(world, post, "3000"), "post": post} if post else {}
    record(world, code, page, **by)
    assert status(world, clause) == "met"
    world.clock.forward(days=days)
    assert status(world, clause) == "met"
    world.clock.forward(days=1)
    assert (status(world, clause), "ran out" in gaps(world, clause, page)[0].words) == ("not met", True)
    assert days in {value.value for value in world.vault.profile.local.values()}
