"""Working days, and where a day ends in London; months and days are counted by `vault.domain.interval`.

Bank holidays are data (`vault/policies/bank_holidays.toml`); a year that the data does not have is never taken for one
without holidays: whoever asks must know that it is not there (`knows`). London time needs the system's time zone data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from vault.domain.strict import Reader, Source
from vault.errors import NotFound, VaultError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_SATURDAY = 5
_ZONE = "Europe/London"


# --- working days ------------------------------------------------------------------------------------------------


class BankHolidays(NamedTuple):
    """The days off of one region, year by year, and where the list is from."""

    region: str
    source: str
    years: Mapping[int, frozenset[dt.date]]

    def knows(self, first: dt.date, last: dt.date) -> bool:
        """Whether somebody has entered every year between two days."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def next_day(self, day: dt.date) -> dt.date:
        """The working day after it; where nobody has entered the year, the first that it can be."""
        later = days_after(day, 1)
        while later < dt.date.max and (
            later.weekday() >= _SATURDAY or later in self.years.get(later.year, frozenset())
        ):
            later = days_after(later, 1)
        return later

    def has(self, day: dt.date) -> bool:
        """Whether it is a bank holiday; refused for a year that nobody has entered."""
        if day.year not in self.years:
            raise NotFound(
                f"no bank holidays of {day.year} are known here for {self}",
                hint="enter them in vault/policies/bank_holidays.toml",
            )
        return day in self.years[day.year]

    def __str__(self) -> str:
        return self.region.replace("_", " ")


def read_holidays(values: object, *, source: Source) -> dict[str, BankHolidays]:
    """The list of each region, checked; a day in the wrong year would be a holiday that never comes."""
    regions = {}
    with Reader(values, source) as whole:
        for region, entry in whole.named():
            with entry:
                origin = entry.text("source")
                regions[region] = BankHolidays(region, origin, _years(entry.table("years")))
    return regions


def _years(table: Reader) -> dict[int, frozenset[dt.date]]:
    years = {}
    for year in table.keys():  # noqa: SIM118 - a Reader is no mapping
        days = table.days(year)
        if not year.isdigit() or any(day.year != int(year) for day in days):
            table.refuse("may only hold days of that year", year)
        years[int(year)] = frozenset(days)
    return years


def days_after(day: dt.date, number: int) -> dt.date:
    """So many days later, or earlier; the last or first day that there is, where an entry names one so far off."""
    return dt.date.fromordinal(max(1, min(day.toordinal() + number, dt.date.max.toordinal())))


# --- London ------------------------------------------------------------------------------------------------------


@cache
def london() -> ZoneInfo:
    """The time zone of the documents; a clear error where the machine has no time zone data."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only who asks for a day pays for it

    try:
        return ZoneInfo(_ZONE)
    except ZoneInfoNotFoundError:
        hint = "install the system's tzdata, or `pip install tzdata`"
        raise VaultError(f"this machine has no time zone data for {_ZONE}", hint=hint) from None


def london_day(moment: dt.datetime) -> dt.date:
    """The day that it is in London at that moment."""
    return in_london(moment).date()


def in_london(moment: dt.datetime) -> dt.datetime:
    """The moment by London's clocks; itself where an entry names one before which they have no time."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is a guess")
    try:
        return moment.astimezone(london())
    except OverflowError:
        return moment


def london_day_of(time: str) -> str:
    """The same of a time as the log has it, which is UTC; of a date, itself."""
    if len(time) <= len("2026-11-01") or not time.startswith("23", 11):
        return time[:10]  # London is never behind UTC, and never more than one hour before it
    return london_day(dt.datetime.fromisoformat(time)).isoformat()
