"""Dates and times as they are typed in the United Kingdom."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cli.when import parse_day, parse_moment, show, today_or_after
from vault.domain import calendar
from vault.errors import UsageProblem, VaultError

WINTER = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
# A quarter to one in the night of the 1st of July in the UK, and still June in UTC.
SUMMER_NIGHT = datetime(2026, 6, 30, 23, 45, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


MOMENTS = st.integers(315_532_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21", utc(2026, 11, 21)),
        ("21/11/2026", utc(2026, 11, 21)),
        ("1/7/2026", utc(2026, 6, 30, 23)),
        ("today", utc(2026, 11, 21)),
        (" Yesterday ", utc(2026, 11, 20)),
        ("21/11/2026 14:05", utc(2026, 11, 21, 14, 5)),
        ("01/07/2026 14:05", utc(2026, 7, 1, 13, 5)),
        ("2026-07-01 14:05:30", utc(2026, 7, 1, 13, 5, 30)),
        ("2026-07-01T14:05", utc(2026, 7, 1, 13, 5)),
        ("2026-07-01  9:05", utc(2026, 7, 1, 8, 5)),
        ("14:05", utc(2026, 11, 21, 14, 5)),
        ("9:05", utc(2026, 11, 21, 9, 5)),
        ("yesterday 23:59", utc(2026, 11, 20, 23, 59)),
        ("today 00:00", utc(2026, 11, 21)),
        ("2026-11-21T14:05:00Z", utc(2026, 11, 21, 14, 5)),
        ("2026-11-21t14:05z", utc(2026, 11, 21, 14, 5)),
        ("2026-10-25T01:30+01:00", utc(2026, 10, 25, 0, 30)),
        ("2026-11-21T09:05:00-05:00", utc(2026, 11, 21, 14, 5)),
    ],
)
def test_what_is_typed_in_the_uk_is_understood(text: str, moment: datetime) -> None:
    """Day before month, UK time, summer and winter; the result is aware UTC."""
    assert parse_moment(text, now=WINTER) == moment
    assert parse_moment(text, now=WINTER).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a date"),
        ("tomorrow", "not a date"),
        ("21.11.2026", "not a date"),
        ("21 November 2026", "not a date"),
        ("21/11/26", "not complete"),
        ("26-11-21", "not complete"),
        ("21/11/", "not complete"),
        ("²1/11/2026", "not complete"),
        ("21/ 11/2026", "not"),
        ("11/21/2026", "no such day"),
        ("29/02/2026", "no such day"),
        ("2026-00-10", "no such day"),
        ("01/01/0026", "the year cannot be meant"),
        ("01/01/9999", "the year cannot be meant"),
        ("21/11/2026 24:00", "no such time"),
        ("21/11/2026 14:60", "no such time"),
        ("21/11/2026 14", "not a time"),
        ("21/11/2026 14:5", "not a time"),
        ("21/11/2026 2:05pm", "not a time"),
        ("21/11/2026 14:05:06:07", "not a time"),
        ("today yesterday", "not a time"),
        ("29/03/2026 01:30", "left this hour out"),
        ("25/10/2026 01:30", "had this hour twice"),
        ("2026-11-21Z", "not a time with an offset"),
        ("2026-11-21T25:00:00Z", "not a time with an offset"),
        ("1000-11-21T14:05:00Z", "not a time with an offset"),
        ("2026-11-21+01:00", "not a time with an offset"),
    ],
)
def test_what_is_not_certain_is_refused(text: str, said: str) -> None:
    """Nothing is guessed: each refusal says what is wrong and what to write."""
    with pytest.raises(UsageProblem, match=said) as caught:
        parse_moment(text, now=WINTER)
    assert caught.value.hint


def test_the_offset_hint_for_the_doubled_hour_can_be_typed() -> None:
    """The way out of the ambiguous hour is itself understood."""
    with pytest.raises(UsageProblem) as caught:
        parse_moment("25/10/2026 01:30", now=WINTER)
    typed = caught.value.hint.split(" ")[3]
    assert parse_moment(typed, now=WINTER) == utc(2026, 10, 25, 0, 30)


def test_a_day_in_the_night_is_the_day_in_the_uk() -> None:
    """At a quarter to one in summer it is already tomorrow, whatever UTC says."""
    assert parse_day("today", now=SUMMER_NIGHT) == date(2026, 7, 1)
    assert parse_day("yesterday", now=SUMMER_NIGHT) == date(2026, 6, 30)
    assert parse_moment("00:10", now=SUMMER_NIGHT) == utc(2026, 6, 30, 23, 10)


def test_as_of_a_day_includes_that_day() -> None:
    """With end_of_day a day alone is its last second; a given time stays what it is."""
    assert parse_moment("1/7/2026", now=WINTER, end_of_day=True) == utc(2026, 7, 1, 22, 59, 59)
    assert parse_moment("today", now=WINTER, end_of_day=True) == utc(2026, 11, 21, 23, 59, 59)
    assert parse_moment("1/7/2026 14:05", now=WINTER, end_of_day=True) == utc(2026, 7, 1, 13, 5)


@given(MOMENTS)
def test_what_is_shown_can_be_typed_again(moment: datetime) -> None:
    """show() and parse_moment() agree to the minute, except in the hour that UK time has twice."""
    assume(not (moment.month == 10 and moment.day >= 25 and moment.hour <= 2))
    again = parse_moment(show(moment), now=WINTER)
    assert timedelta(0) <= moment - again < timedelta(minutes=1)


def test_a_machine_without_time_zones_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No tzdata is a clear error, not a wrong hour."""

    def missing(_key: str) -> zoneinfo.ZoneInfo:
        raise zoneinfo.ZoneInfoNotFoundError

    calendar.london.cache_clear()
    monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)
    with pytest.raises(VaultError, match="time zone data") as caught:
        parse_moment("today", now=WINTER)
    assert "tzdata" in caught.value.hint


def test_a_day_until_which_something_waits_lies_ahead() -> None:
    """Today does."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert today_or_after(date(2026, 11, 21), now=now)
    with pytest.raises(UsageProblem, match="past"):
        today_or_after(date(2026, 11, 20), now=now)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_moment_at_the_end_of_time_is_shown(year: int) -> None:
    """London may be a day outside of all years there: the time stays as it was claimed."""
    moment = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    assert show(moment) == f"{moment:%Y-%m-%d %H:%M}"
