"""What all kinds of rule share: the rule, its reader, and what its parameters may name.

A kind is generic: posts, bodies, mailboxes, dates and orders are parameters from the document. ``clause`` of
a part is the clause which says that part, where it is another one than the rule's own. ``beyond_clause``
marks what we add to a text that is silent; ``decision`` names the open question whose proposed reading was
chosen. A missing, unknown or ill-typed parameter is refused; one that names something defined elsewhere (a platform,
a force, a local value, a decision, another clause) must name something that is there: `Known` holds what may be named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from vault.domain import interval, records
from vault.domain.calendar import BankHolidays
from vault.domain.interval import DAYS, Interval
from vault.domain.strict import Reader

if TYPE_CHECKING:
    from vault.domain.kinds.case import Case
    from vault.domain.kinds.outcome import Outcome

RECORDED = "recorded"
PART = "part"
ROLES = ("administrator", "custodian", "holder", "auditor", "desk")
# As the register takes them: numbers and dots; a word, or a word and what it is of ("training.masterclass").
VERSION, RECORD_CODE = records.VERSION, records.CODE


@dataclass(frozen=True, slots=True)
class Rule:
    """What all kinds share."""

    kind: ClassVar[str]
    clause: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule's parameters may name."""

    clauses: Collection[str]
    platforms: Collection[str]
    forces: Collection[str]
    decisions: Collection[str]
    local: Mapping[str, int]
    holidays: BankHolidays

    def clause(self, table: Reader, key: str = "clause") -> str:
        """The key of a clause of the same document."""
        name = table.text(key)
        if name not in self.clauses:
            table.refuse("names no clause of this document", key)
        return name

    def decision(self, table: Reader) -> str:
        """The open decision behind a reading, where there is one."""
        return table.choice("decision", self.decisions) if table.has("decision") else ""

    def number(self, table: Reader, key: str) -> int:
        """A number that the document gives, or the local one that ``<key>_local`` names."""
        if table.has(f"{key}_local"):
            return self.local[table.choice(f"{key}_local", self.local)]
        return table.number(key, least=1)

    def interval(self, table: Reader, key: str = "every") -> Interval:
        """How often: ``once``, ``working day``, ``60 days``, ``12 months``, or days by ``<key>_local``."""
        if table.has(f"{key}_local"):
            return Interval(DAYS, self.number(table, key), local=True)
        words = table.text(key)
        return interval.parse(words, self.holidays) or table.refuse(
            "must be once, working day, or a number of days or months", key
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule: type, reader, what it makes of the register, and whether a document may have only one of it.

    ``acts``: it judges what was done, so what was done under an earlier document is judged by that one.
    """

    rule: type[Rule]
    read: Callable[[Reader, str, Known], Rule]
    assess: Callable[[Case, Any], Outcome]
    once: bool = False
    acts: bool = False

    @property
    def name(self) -> str:
        """What a clause calls it."""
        return self.rule.kind


@dataclass(frozen=True, slots=True)
class NoticeStep:
    """Recipients who are told together, before those of the next step."""

    recipients: tuple[str, ...]
    clause: str


def read_notices(table: Reader, key: str, known: Known) -> tuple[NoticeStep, ...]:
    """The steps of a chain of notices, in the order of the document."""
    return tuple(_notice(entry, known) for entry in table.tables(key))


def _notice(table: Reader, known: Known) -> NoticeStep:
    with table:
        return NoticeStep(table.texts("recipients"), known.clause(table))


def read_post(table: Reader, key: str, *, blank: bool = False) -> str:
    """A post. The vault's own roles are none: an "administrator" of a document is never the vault's."""
    post = table.text(key, blank=blank)
    return _no_role(table, key, post) if post else post


def read_posts(table: Reader, key: str, *, empty: bool = False) -> tuple[str, ...]:
    """Posts, none of them named like a role of the vault."""
    return tuple(_no_role(table, key, post) for post in table.texts(key, empty=empty))


def _no_role(table: Reader, key: str, post: str) -> str:
    if post in ROLES:
        table.refuse(f"names {post}, which is a role of the vault: give the post a name of its own", key)
    return post


def record_code(table: Reader, key: str) -> str:
    """One code of a record, spelled as the register spells it."""
    code = table.text(key)
    return code if RECORD_CODE.match(code) else table.refuse("must be a code like training.masterclass", key)


def record_codes(table: Reader, key: str, *, empty: bool = False) -> tuple[str, ...]:
    """Codes of records, each spelled as the register spells them."""
    codes = table.texts(key, empty=empty)
    for code in codes:
        if not RECORD_CODE.match(code):
            table.refuse("may only hold codes like training.masterclass", key)
    return codes
