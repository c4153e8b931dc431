"""A force's document as the vault reads it: every clause by key, the rules enforced, and what is open.

- ``rule(kind)`` gives the rule with its clause, or None: the document does not address it. None is never
  permission.
- Each clause has a kind: one of the enforced kinds, ``part`` (says part of another clause's rule) or
  ``recorded`` (listed, not yet enforced). ``more`` are further rules of a clause that asks for several things. One that
  binds otherwise than the clause's first words has a strength and a reading of its own, and is judged and reported as
  a clause of its own: the second demand of ``AA-1`` is ``AA-1.2``.
- Numbers that the document does not give stand apart in ``local``, each with its reason, and are shown as
  local.
- Open decisions keep question and chosen reading together until the document's owner confirms one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar, overload

from vault.domain.calendar import BankHolidays
from vault.domain.kinds.base import Rule

LOCAL_KEYS = ("lease_minutes", "defer_max_days", "password_length", "attestation_days", "access_review_days")
# Asked for only by some documents: a silence, a warning, an interval or a number of people that they do not give.
MORE_LOCAL_KEYS = (
    "silence_days",
    "warning_days",
    "temporary_review_days",
    "holders_most",
    "cosigned_head_days",
)

AnyRule = TypeVar("AnyRule", bound=Rule)


class Strength(StrEnum):
    """How a clause binds: it decides "breach" against "advisory"."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"
    FACT = "FACT"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: where it stands, how it binds, what it says in short, and what the vault does with it.

    ``alternatives``: how else the words can be read, where the text is ambiguous; ours is ``reading``. ``sub_of``: the
    clause of which it is a further demand that binds otherwise.
    """

    key: str
    where: str
    strength: Strength
    kind: str
    reading: str
    alternatives: tuple[str, ...]
    part_of: str
    rule: Rule | None
    more: tuple[Rule, ...] = ()
    sub_of: str = ""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All its own rules; none where it only says part of another clause's."""
        return (self.rule, *self.more) if self.rule else self.more

    @property
    def kinds(self) -> str:
        """Its kind, and those of its further rules, in words."""
        return ", ".join(dict.fromkeys((self.kind, *(rule.kind for rule in self.more))))


@dataclass(frozen=True, slots=True)
class Document:
    """The facts of the cover page; None where the page is blank or says nothing of it.

    ``guidance_under`` names the profile that ranks before this one where both bind a force: this one then reports
    as guidance. Empty: it ranks first.
    """

    number: str
    version: str
    replaces: str
    owner: str
    holder: str
    approved_by: str
    approved_on: date | None
    published_on: date | None
    review_on: date | None
    checked_on: date | None
    effective_on: date | None
    guidance_under: str


@dataclass(frozen=True, slots=True)
class Force:
    """One force that the document binds."""

    code: str
    name: str
    mail_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LocalValue:
    """A number that the document does not give: our choice, with its reason."""

    value: int
    why: str


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """A question that the text leaves open, and the reading chosen until its owner decides."""

    key: str
    question: str
    reading: str
    clauses: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """One document, validated. ``holidays``: the bank holidays of its region, which are no working days."""

    name: str
    title: str
    holidays: BankHolidays
    document: Document
    forces: Mapping[str, Force]
    local: Mapping[str, LocalValue]
    decisions: Mapping[str, OpenDecision]
    clauses: Mapping[str, Clause]

    @overload
    def rule(self, kind: str) -> Rule | None: ...
    @overload
    def rule(self, kind: type[AnyRule]) -> AnyRule | None: ...
    def rule(self, kind: str | type[Rule]) -> Rule | None:
        """The rule of that kind, by name or by type, the first where there are several; None: not addressed."""
        return next(iter(self.rules(kind)), None)

    @overload
    def rules(self, kind: str) -> tuple[Rule, ...]: ...
    @overload
    def rules(self, kind: type[AnyRule]) -> tuple[AnyRule, ...]: ...
    def rules(self, kind: str | type[Rule]) -> tuple[Rule, ...]:
        """All rules of that kind, in the order of the document."""
        name = kind if isinstance(kind, str) else kind.kind
        return tuple(rule for clause in self.clauses.values() for rule in clause.rules if rule.kind == name)

    def binds(self, force: str | None) -> bool:
        """Whether it binds accounts of that force; one that is not stated is the vault's own."""
        return force is None or force in self.forces

    def clauses_of(self, kind: str) -> tuple[Clause, ...]:
        """The clauses behind a rule: its own first, then those that say a part of it."""
        own = [c for c in self.clauses.values() if kind in (c.kind, *(rule.kind for rule in c.more))]
        keys = {clause.key for clause in own}
        return (*own, *(clause for clause in self.clauses.values() if clause.part_of in keys))

    def local_value(self, key: str) -> int:
        """A local number by its key."""
        return self.local[key].value
