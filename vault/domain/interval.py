"""How often something is due, as a document says it: once, each working day, every so many days or calendar months."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass, field

from vault.domain.calendar import BankHolidays, days_after

ONCE = "once"
WORKING_DAY = "working day"
DAYS = "days"
MONTHS = "months"
# Days off in a row are never so many, whatever the bank holidays of a year are.
_LONGEST_BREAK = 14
_WORDS = re.compile(r"([1-9][0-9]{0,3}) (days|months)\Z")


@dataclass(frozen=True, slots=True)
class Interval:
    """A unit and its number: once, each working day, or every ``number`` of days or calendar months.

    ``holidays``: those of the document's region, for what counts working days. ``local``: the number is our choice.
    """

    unit: str
    number: int = 1
    holidays: BankHolidays | None = field(default=None, compare=False, repr=False)
    local: bool = field(default=False, compare=False)

    def next(self, day: dt.date) -> dt.date | None:
        """The last day on which what was done on ``day`` still counts; None: for good."""
        if self.unit == ONCE:
            return None
        if self.unit == WORKING_DAY:
            return self._region.next_day(day)
        return days_after(day, self.number) if self.unit == DAYS else add_months(day, self.number)

    def unsure(self, day: dt.date, today: dt.date) -> bool:
        """Whether bank holidays that nobody has entered may make ``next`` a later day than it says."""
        return (
            self.unit == WORKING_DAY
            and today <= days_after(day, _LONGEST_BREAK)
            and not self._region.knows(day, max(day, today))
        )

    @property
    def _region(self) -> BankHolidays:
        if self.holidays is None:
            raise ValueError("working days are counted with the bank holidays of a region")
        return self.holidays

    def __str__(self) -> str:
        return f"every {self.number} {self.unit}" if self.unit in (DAYS, MONTHS) else self.unit


def parse(words: str, holidays: BankHolidays) -> Interval | None:
    """``once``, ``working day``, ``60 days`` or ``12 months``; None where it is none of these."""
    if words in (ONCE, WORKING_DAY):
        return Interval(words, holidays=holidays if words == WORKING_DAY else None)
    found = _WORDS.match(words)
    return Interval(found[2], int(found[1])) if found else None


def add_months(day: dt.date, months: int) -> dt.date:
    """So many calendar months later; a day that the month does not have becomes its last.

    As with days, none follows the last that there is.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > dt.MAXYEAR:
        return dt.date.max
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
