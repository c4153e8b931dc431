"""What the times of the log say, and where they cannot all be right.

Order is the log's; a time is its author's claim (RFC 3339, UTC, whole seconds). An entry that claims an earlier time
than one before it shows that one of two clocks was wrong, or that one of two authors lied: which of them, the log
does not say. So nobody's time alone decides what there was at a moment, and nobody's time alone stops the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

TOLERANCE = dt.timedelta(minutes=10)  # honest clocks differ so much
LONG = dt.timedelta(days=400)  # a silence that is more likely a wrong clock


class Stamp(NamedTuple):
    """Where an entry stands, and the time that it claims."""

    seq: int
    time: str


class Claim(NamedTuple):
    """The same with its author: a person, or a keyset that is nobody's."""

    seq: int
    time: str
    author: str


class Contradiction(NamedTuple):
    """An entry, the first after it that claims an earlier time, and how many do."""

    before: Stamp
    after: Stamp
    number: int = 1


class Disputed(Exception):
    """The times do not say how many entries there were: at least ``least``, at most ``most``."""

    def __init__(self, later: Claim, earlier: Claim, least: int, most: int) -> None:
        super().__init__(later, earlier)
        self.later, self.earlier = later, earlier
        self.least, self.most = least, most


def contradictions(stamps: Iterable[Stamp]) -> list[Contradiction]:
    """Every entry that later ones contradict by more than honest clocks differ, in the order of the log."""
    found: list[Contradiction] = []
    high: Stamp | None = None
    for stamp in stamps:
        if high is None or stamp.time >= high.time:
            high = stamp
        elif _of(high.time) - _of(stamp.time) > TOLERANCE:
            if found and found[-1].before == high:
                found[-1] = found[-1]._replace(number=found[-1].number + 1)
            else:
                found.append(Contradiction(high, stamp))
    return found


def around(stamps: Iterable[Stamp], at: str, *, now: dt.datetime) -> tuple[int, int]:
    """(first, end): the entries before ``first`` claim to be of that moment or earlier, from ``end`` on to be later.

    Between them the claims are mixed; nothing is where first == end. What claims to come after ``now`` is false, as
    it is there already, and counts for neither side.
    """
    first, end, size = None, 0, 0
    for seq, time in stamps:
        size = seq + 1
        if time <= at:
            end = size
        elif first is None and not _impossible(time, now):
            first = seq
    return (end, end) if first is None or first >= end else (first, end)


def standing(mixed: Sequence[Claim], at: str, *, now: dt.datetime) -> tuple[int, str]:
    """How many entries there were, where claims are mixed; and whose claims were not believed, if it took that.

    One author alone against at least two is not believed; where the claims lie within honest clocks' difference
    either answer is right; otherwise `Disputed`.
    """
    claims = [claim for claim in mixed if not _impossible(claim.time, now)]
    if all(abs(_of(claim.time) - _of(at)) <= TOLERANCE for claim in claims):
        return mixed[-1].seq + 1, ""
    authors = sorted({claim.author for claim in claims})
    agreed = {author: _without(mixed, claims, author, at) for author in authors}
    found = {author: count for author, count in agreed.items() if count is not None}
    if len(found) == 1 and len(authors) > 2:
        [(author, count)] = found.items()
        return count, author
    later = next(claim for claim in claims if claim.time > at)
    raise Disputed(later, mixed[-1], mixed[0].seq, mixed[-1].seq + 1)


def _without(mixed: Sequence[Claim], claims: Sequence[Claim], author: str, at: str) -> int | None:
    """The number of entries if this author's claims do not count; None if the others still disagree.

    Between what the others say, the author's own entries stand where they claim to, if these agree.
    """
    others = [claim for claim in claims if claim.author != author]
    least = max((claim.seq + 1 for claim in others if claim.time <= at), default=mixed[0].seq)
    most = min((claim.seq for claim in others if claim.time > at), default=mixed[-1].seq + 1)
    if most < least:
        if any(abs(_of(c.time) - _of(at)) > TOLERANCE for c in others if most <= c.seq < least):
            return None
        most = least
    within = [claim for claim in mixed if least <= claim.seq < most]
    count = max((claim.seq + 1 for claim in within if claim.time <= at), default=least)
    return None if any(claim.time > at for claim in within if claim.seq < count) else count


def doubtful(own: str, newest: Sequence[Claim], now: dt.datetime) -> Claim | None:
    """The entry that makes it doubtful whether ``now`` is right; None where it may be.

    ``newest``: the newest entry of each author since the last of ``own``, that one among them, if there is one. One
    other's time is not enough to doubt a clock that agrees with somebody else's, or with its own last entry.
    """
    ahead = [claim for claim in newest if _of(claim.time) - now > TOLERANCE]
    behind = [claim for claim in newest if claim not in ahead]
    if len(ahead) > 1 or any(claim.author == own for claim in ahead) or (ahead and not behind):
        return max(ahead, key=lambda claim: claim.seq)
    if behind and all(now - _of(claim.time) > LONG for claim in behind):
        return max(behind, key=lambda claim: claim.time)
    return None


def _impossible(time: str, now: dt.datetime) -> bool:
    return _of(time) - now > TOLERANCE


def _of(time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(time)
