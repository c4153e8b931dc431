"""A calendar file (RFC 5545): one all-day event for each day on which something falls due.

A second import updates the first: the uid stays, the sequence grows. Lines end in CR LF and are folded at 75 octets,
never inside a character; in texts backslash, comma, semicolon and line end are escaped, other controls left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WIDTH = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One all-day event; it takes nobody's time."""

    uid: str
    day: dt.date
    summary: str
    description: str
    category: str


def calendar(entries: Iterable[Entry], *, name: str, stamp: dt.datetime, sequence: int) -> bytes:
    """The whole file. ``sequence`` never falls from one file to the next."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Keyholder//due//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}"]
    for entry in entries:
        lines += _event(entry, stamp, sequence)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(entry: Entry, stamp: dt.datetime, sequence: int) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{sequence}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    yield f"CATEGORIES:{_text(entry.category)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(words: str) -> str:
    lines = "\n".join(words.splitlines())
    return "".join(c for c in lines if c == "\n" or c.isprintable()).translate(_ESCAPED)


def _folded(line: str) -> bytes:
    """In pieces of at most 75 octets; each after the first begins with a space, which counts."""
    pieces, piece = [], b""
    for octets in (char.encode() for char in line):
        if len(piece) + len(octets) > _WIDTH:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
