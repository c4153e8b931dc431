"""Calendar files, read back by a parser that is not ours."""

from __future__ import annotations

import datetime as dt

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from vault.domain.ics import Entry, calendar

STAMP = dt.datetime(2026, 11, 21, 12, 30, tzinfo=dt.UTC)
texts = st.text(st.characters(codec="utf-8"), max_size=200)
NASTY = 'Fair; "Kings Lynn", 5 km\\north: 🎡 é\nsecond line\r\nBEGIN:VEVENT\n'


def entry(**more: str) -> Entry:
    """One event with these texts."""
    said = {"uid": "one@keyholder.invalid", "summary": "close", "description": "d", "category": "c"} | more
    return Entry(day=dt.date(2028, 2, 29), **said)


def written(*entries: Entry, sequence: int = 7) -> bytes:
    """A file."""
    return calendar(entries, name="due", stamp=STAMP, sequence=sequence)


def events(raw: bytes) -> list[icalendar.Event]:
    """What the other parser finds in it."""
    return list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))


def test_an_event_comes_back() -> None:
    """All-day, with a stable uid, a stamp in UTC, and taking nobody's time."""
    (found,) = events(written(entry()))
    assert found["UID"] == "one@keyholder.invalid"
    assert found.decoded("DTSTART") == dt.date(2028, 2, 29)
    assert found.decoded("DTEND") == dt.date(2028, 3, 1)
    assert found.decoded("DTSTAMP") == STAMP
    assert found["SEQUENCE"] == 7
    assert found["TRANSP"] == "TRANSPARENT"
    head = icalendar.Calendar.from_ical(written())
    assert (head["VERSION"], head["METHOD"]) == ("2.0", "PUBLISH")
    assert "PRODID" in head


@given(texts, texts)
def test_any_text_comes_back(summary: str, description: str) -> None:
    """Nothing in a text breaks out of its line; what is not printable is left out, lines stay lines."""

    def kept(text: str) -> str:
        lines = "\n".join(text.splitlines())
        return "".join(c for c in lines if c == "\n" or c.isprintable())

    raw = written(entry(summary=summary, description=description), entry(uid="two@keyholder.invalid"))
    found = events(raw)
    assert len(found) == 2
    assert str(found[0]["SUMMARY"]) == kept(summary)
    assert str(found[0]["DESCRIPTION"]) == kept(description)


@given(texts)
def test_lines_are_folded(summary: str) -> None:
    """CR LF at each end, no line over 75 octets, no character torn apart."""
    raw = written(entry(summary=summary))
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 and line.decode() is not None for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_long_lines() -> None:
    """A long text of one, two and four octets a character, folded at the limit and whole again."""
    for char in ("a", "é", "🎡"):
        raw = written(entry(summary=char * 300))
        widths = [len(line) for line in raw.split(b"\r\n")]
        assert 72 <= max(widths) <= 75
        assert str(events(raw)[0]["SUMMARY"]) == char * 300


def test_nasty_text() -> None:
    """By name: separators, quotes, backslash, emoji, and lines that look like the format."""
    (found,) = events(written(entry(summary=NASTY)))
    assert str(found["SUMMARY"]) == 'Fair; "Kings Lynn", 5 km\\north: 🎡 é\nsecond line\nBEGIN:VEVENT'
