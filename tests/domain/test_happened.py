"""A fact lies in the past."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vault.domain import happened
from vault.errors import UsageProblem


def test_a_time() -> None:
    """Now, or earlier; clocks differ by minutes."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert happened.at(now + timedelta(minutes=5), now=now) == now + timedelta(minutes=5)
    with pytest.raises(UsageProblem, match="future") as refused:
        happened.at(now + timedelta(minutes=6), now=now)
    assert "keyholder record add planned.leaving" in refused.value.hint


def test_a_day() -> None:
    """Today in London, or earlier: in summer the day begins there while it is still yesterday in UTC."""
    night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert happened.on(date(2026, 7, 1), now=night) == date(2026, 7, 1)
    with pytest.raises(UsageProblem, match="future"):
        happened.on(date(2026, 7, 2), now=night)
    assert happened.on(date(2026, 11, 22), now=datetime(2026, 11, 21, 23, 56, tzinfo=UTC))
    with pytest.raises(UsageProblem, match="future"):
        happened.on(date(2026, 11, 22), now=datetime(2026, 11, 21, 23, 54, tzinfo=UTC))


def test_an_end() -> None:
    """On the day on which it began, or later; where nobody knows when, any day."""
    assert happened.ended("2026-10-01", since="2026-10-01") == "2026-10-01"
    assert happened.ended("1999-01-01", since=None) == "1999-01-01"
    with pytest.raises(UsageProblem, match="on record since 2026-10-01"):
        happened.ended("2026-09-30", since="2026-10-01")
