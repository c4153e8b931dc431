"""Dates and times as they are typed in the United Kingdom, to aware UTC.

    2026-11-21 · 21/11/2026 · today · yesterday            a day
    21/11/2026 14:05 · 2026-11-21T14:05 · today 14:05      a day and a time, in UK time
    14:05                                                  today at that time
    2026-11-21T14:05:00Z · 2026-10-25T01:30+01:00          with its own offset (RFC 3339)

Day before month, four digits for the year: anything else is refused instead of guessed. So are the two hours
in a year that UK time has twice or not at all (IANA time zone Europe/London).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from vault.errors import UsageProblem

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_HINT = "give it as 21/11/2026, 2026-11-21, 21/11/2026 14:05, 14:05, today or yesterday"
_YEARS = range(1970, 2200)
_LAST_SECOND = time(23, 59, 59)


def parse_moment(text: str, *, now: datetime, end_of_day: bool = False) -> datetime:
    """The moment meant. A day alone is its first second, or for `end_of_day` (as of that day) its last."""
    words = text.strip().lower()
    if words.endswith("z") or "+" in words or words.count("-") == 3:
        return _with_offset(words)
    day, _, clock = words.replace("t", " ").partition(" ") if words[:1].isdigit() else words.partition(" ")
    if ":" in day and not clock:
        day, clock = "today", day
    on = parse_day(day, now=now)
    at = _time(clock) if clock else _LAST_SECOND if end_of_day else time()
    return _utc(datetime.combine(on, at))


def parse_day(text: str, *, now: datetime) -> date:
    """The calendar day meant, in UK time."""
    words = text.strip().lower()
    if words in {"today", "yesterday"}:
        return now.astimezone(london()).date() - timedelta(days=words == "yesterday")
    if words.count("/") == 2:
        day, month, year = words.split("/")
    elif words.count("-") == 2:
        year, month, day = words.split("-")
    else:
        raise UsageProblem("this is not a date", hint=_HINT)
    return _date(year, month, day)


def today_or_after(day: date, *, now: datetime) -> date:
    """The day until which something is put off."""
    if day < now.astimezone(london()).date():
        raise UsageProblem("this day is past", hint="give one that is still to come")
    return day


def stamp(time: str | None) -> datetime | None:
    """A time of the register, for a cell."""
    return datetime.fromisoformat(time) if time else None


def show(moment: datetime) -> str:
    """For a person: `2026-11-21 14:05`, UK time."""
    with suppress(
        OverflowError
    ):  # an insider may claim the first or the last hour of all years: it stays UTC
        moment = moment.astimezone(london())
    return f"{moment:%Y-%m-%d %H:%M}"


def london() -> ZoneInfo:
    """Europe/London; imported when a date is there to be read."""
    from vault.domain import calendar

    return calendar.london()


def _date(year: str, month: str, day: str) -> date:
    if not (_digits(year, 4, 4) and _digits(month, 1, 2) and _digits(day, 1, 2)):
        raise UsageProblem("the date is not complete", hint="day/month/year with four digits for the year")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise UsageProblem("there is no such day", hint="the order is day/month/year") from None
    if found.year not in _YEARS:
        raise UsageProblem("the year cannot be meant", hint=f"{_YEARS.start} to {_YEARS.stop - 1}")
    return found


def _time(text: str) -> time:
    parts = text.strip().split(":")
    if len(parts) not in {2, 3} or not all(_digits(part, 1 if part is parts[0] else 2, 2) for part in parts):
        raise UsageProblem("this is not a time", hint="give it as 14:05")
    hour, minute, second = (int(part) for part in [*parts, "0"][:3])
    try:
        return time(hour, minute, second)
    except ValueError:
        raise UsageProblem("there is no such time of day", hint="from 00:00 to 23:59") from None


def _digits(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= len(text) <= most


def _with_offset(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        raise UsageProblem("this is not a time with an offset", hint="as in 2026-11-21T14:05:00Z") from None
    if found.tzinfo is None or found.year not in _YEARS:
        raise UsageProblem("this is not a time with an offset", hint="as in 2026-11-21T14:05:00Z")
    return found.astimezone(UTC)


def _utc(local: datetime) -> datetime:
    """UK time to UTC; the hours around a change of the clocks must not be guessed (PEP 495)."""
    early, late = (local.replace(tzinfo=london(), fold=fold).astimezone(UTC) for fold in (0, 1))
    if early < late:
        hint = f"give the offset: {local:%Y-%m-%dT%H:%M}+01:00 (summer time) or +00:00"
        raise UsageProblem("UK time had this hour twice on that day", hint=hint)
    if late < early:
        raise UsageProblem("UK time left this hour out on that day", hint="the clocks went forward at 01:00")
    return early
