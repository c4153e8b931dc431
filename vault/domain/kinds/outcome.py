"""What comes of assessing one rule: how much it applied to, what shows it, and what is amiss."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from vault.domain import evidence

NOT_MET, NOT_EVIDENCED, UNDECIDED = "not met", "not evidenced", "decision needed"


class Gap(NamedTuple):
    """One place where a rule is not met, or not shown to be: what of, why, and the entries that it is seen in."""

    kind: str
    status: str
    subject: str
    words: str
    clause: str
    entries: tuple[int, ...]


@dataclass(slots=True)
class Outcome:
    """What came of one rule: the number of subjects, the gaps, and what shows the rest."""

    applied: int = 0
    gaps: list[Gap] = field(default_factory=list)
    shown: dict[str, list[int]] = field(default_factory=dict)
    fixed: str = ""

    def miss(
        self, kind: str, subject: str, words: str, clause: str, *entries: int, status: str = NOT_MET
    ) -> None:
        """Note a gap."""
        self.gaps.append(Gap(kind, status, subject, words, clause, entries))

    def show(self, entry: int, by: str = evidence.PROVEN) -> None:
        """Note an entry that shows the rule met."""
        self.shown.setdefault(by, []).append(entry)
