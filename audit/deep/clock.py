"""Times that cannot all be right: an entry that claims an earlier time than one before it, by more than clocks differ.

Order is the log's, a time is its author's claim; which of the two is wrong the log does not say, so both are named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from audit.entry import Entry

SECONDS = 600


@dataclass(slots=True)
class Claim:
    entry: int
    time: str
    author: str


@dataclass(slots=True)
class Turn:
    """The entry that later ones contradict, the first of them, and how many they are."""

    before: Claim
    after: Claim
    number: int


@dataclass(slots=True)
class Clock:
    """The latest time that was claimed so far, and what came after it with an earlier one."""

    latest: Claim | None = None
    turns: list[Turn] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Hear the next entry's time."""
        claim, latest = Claim(entry.seq, entry.time, entry.actor), self.latest
        if latest is None or claim.time >= latest.time:
            self.latest = claim
        elif _seconds(claim.time, latest.time) > SECONDS:
            if not self.turns or self.turns[-1].before is not latest:
                self.turns.append(Turn(latest, claim, 0))
            self.turns[-1].number += 1


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
