"""Which accounts stand on a list for the public: nothing operational, and nothing else that is not for it."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.events import Row
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.kinds.stated import NOT_ASSESSABLE, STATUS
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class PublishedList(Rule):
    """The accounts that the list has. A document without this rule has no list: silence publishes nothing."""

    kind = "published_list"
    applies: Applies


def _read(table: Reader, clause: str, known: Known) -> PublishedList:
    return PublishedList(clause, read_applies(table, known))


def listed(case: Case, rule: PublishedList) -> list[Row]:
    """The accounts on the list: those in use, and no frozen one."""
    return [row for row in case.live(rule.applies) if row["state"] == "open"]


def assess(case: Case, rule: PublishedList) -> Outcome:
    """How many there are. That the list is published happens elsewhere."""
    return Outcome(applied=len(listed(case, rule)), fixed=STATUS[NOT_ASSESSABLE])


PUBLISHED_LIST = Kind(PublishedList, _read, assess, once=True)
