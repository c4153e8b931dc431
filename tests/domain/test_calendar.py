"""Calendar arithmetic by property; bank holidays against the law's own rules; days in London over both changes."""

from __future__ import annotations

import datetime as dt
import tomllib
from calendar import monthrange

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.domain import interval
from vault.domain.calendar import BankHolidays, days_after, london, london_day, read_holidays
from vault.domain.interval import DAYS, MONTHS, Interval, add_months
from vault.domain.strict import Source
from vault.errors import NotFound, UsageProblem
from vault.store.profiles import load_holidays

DAY = dt.timedelta(days=1)
days = st.dates(dt.date(1990, 1, 1), dt.date(2150, 12, 31))
months = st.integers(0, 240)
HOLIDAYS = load_holidays()["england_and_wales"]
listed = st.dates(dt.date(2025, 1, 1), dt.date(2028, 11, 30))


@given(days, months)
def test_months_never_skip(day: dt.date, number: int) -> None:
    """The result lies in exactly the month asked for, on the same day or on the month's last."""
    later = add_months(day, number)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == number
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


def after(unit: str, number: int, day: dt.date) -> dt.date:
    """So many days or months later."""
    found = Interval(unit, number).next(day)
    assert found is not None
    return found


@given(days, days, st.integers(0, 60))
def test_spans_keep_the_order(one: dt.date, other: dt.date, number: int) -> None:
    """An earlier start never ends later, and a longer span never ends earlier."""
    early, late = sorted((one, other))
    for unit in (DAYS, MONTHS):
        assert after(unit, number, early) <= after(unit, number, late)
        assert after(unit, number, early) <= after(unit, number + 1, early)


@given(days, months)
def test_months_and_back(day: dt.date, number: int) -> None:
    """Back again is the same day, or up to three days before it at the end of a month."""
    back = add_months(add_months(day, number), -number)
    assert dt.timedelta() <= day - back <= 3 * DAY
    assert back == day or day.day > 28


@pytest.mark.parametrize(
    ("day", "number", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_M_2_T_2_months_by_name(day: str, number: int, later: str) -> None:  # noqa: N802 - ids of the edge cases
    """The ends of months, and 29 February."""
    assert add_months(dt.date.fromisoformat(day), number).isoformat() == later


# --- working days ------------------------------------------------------------------------------------------------


def easter(year: int) -> dt.date:
    """Easter Sunday (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, *divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def substituted(*fixed: dt.date) -> set[dt.date]:
    """Days that fall on a weekend, or on one another's substitute, move to the next weekday that is free."""
    taken: set[dt.date] = set()
    for day in (d for d in fixed if d.weekday() < 5):
        taken.add(day)
    for day in (d for d in fixed if d.weekday() >= 5):
        moved = day
        while moved.weekday() >= 5 or moved in taken:
            moved += DAY
        taken.add(moved)
    return taken


def monday(year: int, month: int, *, last: bool = False) -> dt.date:
    """The first or the last Monday of a month."""
    found = dt.date(year, month, monthrange(year, month)[1] if last else 1)
    while found.weekday():
        found += -DAY if last else DAY
    return found


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_bank_holidays_follow_the_law(year: int) -> None:
    """The list is what the Act, the two proclaimed days and the common-law days give, reckoned independently."""
    reckoned = (
        {easter(year) - 2 * DAY, easter(year) + DAY}
        | {monday(year, 5), monday(year, 5, last=True), monday(year, 8, last=True)}
        | substituted(dt.date(year, 1, 1))
        | substituted(dt.date(year, 12, 25), dt.date(year, 12, 26))
    )
    assert HOLIDAYS.years[year] == reckoned
    assert HOLIDAYS.source


def working(day: dt.date) -> bool:
    """Monday to Friday, and not on the list."""
    return day.weekday() < 5 and day not in HOLIDAYS.years[day.year]


def counts_until(day: dt.date) -> dt.date:
    """The last day on which what was done on ``day`` counts, where it is to be done each working day."""
    found = interval.parse("working day", HOLIDAYS)
    assert found
    last = found.next(day)
    assert last
    return last


@given(listed)
def test_working_days(day: dt.date) -> None:
    """The next working day is one, and between lies none."""
    later = counts_until(day)
    assert later > day
    assert working(later)
    assert not any(working(day + n * DAY) for n in range(1, (later - day).days))


@given(listed, listed)
def test_working_days_keep_the_order(one: dt.date, other: dt.date) -> None:
    """What was done later never lapses earlier; a bank holiday never makes it lapse earlier than a weekday would."""
    early, late = sorted((one, other))
    assert counts_until(early) <= counts_until(late)
    bare = BankHolidays("none", "", {})
    assert bare.next_day(early) <= counts_until(early)


def test_M_13_friday_before_a_bank_holiday() -> None:  # noqa: N802
    """What is due on the working day after the Thursday before Easter is due on Tuesday."""
    assert counts_until(dt.date(2026, 4, 2)) == dt.date(2026, 4, 7)
    assert counts_until(dt.date(2026, 12, 24)) == dt.date(2026, 12, 29)


def test_a_year_without_data_is_no_year_without_holidays() -> None:
    """Nobody has entered 2031: asked outright it is refused; a lapse is not sure, until no break is so long."""
    with pytest.raises(NotFound, match="2031"):
        HOLIDAYS.has(dt.date(2031, 1, 6))
    daily, day = Interval("working day", holidays=HOLIDAYS), dt.date(2028, 12, 29)
    assert daily.next(day) == dt.date(2029, 1, 1), "the first day that it can be"
    assert daily.unsure(day, dt.date(2029, 1, 2))
    assert not daily.unsure(day, day + 15 * DAY)
    assert not daily.unsure(day - DAY, day)
    assert not Interval("days", 1).unsure(dt.date(2031, 1, 6), dt.date(2031, 1, 7))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[r]\nsource = "s"\n[r.years]\n2026 = [2027-01-01]', "of that year"),
        ('[r]\nsource = "s"\n[r.years]\nsoon = [2026-01-01]', "of that year"),
        ('[r]\nsource = "s"\n[r.years]\n2026 = []', "list of dates"),
        ('[r]\nsource = "s"\n[r.years]\n2026 = ["1 May"]', "list of dates"),
        ('[r]\nsource = "s"\n[r.years]\n2026 = [2026-01-01, 2026-01-01]', "twice"),
        ("[r]\n[r.years]\n2026 = [2026-01-01]", "source is missing"),
        ('[r]\nsource = "s"\nhue = 1\n[r.years]\n2026 = [2026-01-01]', "hue is not a key"),
    ],
)
def test_damaged_lists_are_refused(text: str, why: str) -> None:
    """A list that cannot be right is refused with file and key."""
    with pytest.raises(UsageProblem, match=why):
        read_holidays(tomllib.loads(text), source=Source("h.toml", text))


def test_the_end_of_time() -> None:
    """The last day that the log can name is followed by none, and breaks nothing."""
    assert days_after(dt.date.max, 1) == days_after(dt.date.max - DAY, 90) == dt.date.max
    assert days_after(dt.date(2028, 2, 28), 2) == dt.date(2028, 3, 1)
    for found in (Interval(DAYS, 60), Interval(MONTHS, 12), Interval("working day", holidays=HOLIDAYS)):
        assert found.next(dt.date.max) == dt.date.max


def test_the_beginning_of_time() -> None:
    """London's clocks were behind UTC then: a moment before their first has the day that it names."""
    first = dt.datetime.min.replace(tzinfo=dt.UTC)
    assert london_day(first) == dt.date.min
    assert london_day(first + dt.timedelta(hours=1)) == dt.date.min
    assert london_day(dt.datetime.max.replace(tzinfo=dt.UTC)) == dt.date.max


# --- London ------------------------------------------------------------------------------------------------------


def day_begins(day: dt.date) -> dt.datetime:
    """Its first moment in London, in UTC: the clocks never change at midnight."""
    return dt.datetime.combine(day, dt.time(), tzinfo=london()).astimezone(dt.UTC)


def day_ends(day: dt.date) -> dt.datetime:
    """The first moment that is no longer that day; 23, 24 or 25 hours after it began."""
    return day_begins(day + DAY)


@given(days)
def test_a_day_in_london(day: dt.date) -> None:
    """Days follow each other without gap or overlap, last 23 to 25 hours, and hold their own moments."""
    begins, ends = day_begins(day), day_ends(day)
    assert ends == day_begins(day + DAY)
    assert (ends - begins) / dt.timedelta(hours=1) in {23, 24, 25}
    assert london_day(begins) == london_day(ends - dt.timedelta(microseconds=1)) == day
    assert london_day(begins - dt.timedelta(microseconds=1)) == day - DAY


def test_M_1_both_changes_of_the_clocks() -> None:  # noqa: N802
    """The last Sundays of March and October have 23 and 25 hours; in summer the day begins at 23:00 UTC."""
    spring, autumn = dt.date(2026, 3, 29), dt.date(2026, 10, 25)
    assert day_ends(spring) - day_begins(spring) == dt.timedelta(hours=23)
    assert day_ends(autumn) - day_begins(autumn) == dt.timedelta(hours=25)
    assert day_begins(dt.date(2026, 7, 1)) == dt.datetime(2026, 6, 30, 23, tzinfo=dt.UTC)
    assert london_day(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)) == dt.date(2026, 7, 1)
    assert london_day(dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)) == dt.date(2026, 12, 31)


def test_a_time_without_a_zone_is_refused() -> None:
    """It could be any day."""
    with pytest.raises(ValueError, match="guess"):
        london_day(dt.datetime(2026, 1, 1))  # noqa: DTZ001
