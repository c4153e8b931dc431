"""Everything that the report page shows, gathered in one pass over the register: typed data, nothing of its looks.

No secret is opened for it. Personal names, and the handles of accounts that may bear one, are in it only if asked for;
other accounts are called by their handle, everything else by its id.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audit import b64
from vault.domain import exposure
from vault.domain.compliance import Status, Verdict
from vault.domain.finding import Finding
from vault.domain.findings import days
from vault.domain.kinds.record_required import RecordRequired
from vault.ops import compliance
from vault.ops.due import MAY_NAME_SOMEBODY, Item, agenda
from vault.ops.findings import all_findings, subject_names
from vault.ops.forces import lifted
from vault.ops.platforms import profile
from vault.ops.session import moment

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.domain.policy import Profile
    from vault.ops.session import Vault

AGES = ((7, "up to a week"), (30, "up to 30 days"), (90, "up to 90 days"), (10**6, "longer"))
TRAINING = "training."
SOON = 30  # days ahead that the report looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A clause with its verdict and our reading of it."""

    verdict: Verdict
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One document: how many clauses stand how, and each of them."""

    title: str
    guidance: bool
    counts: dict[Status, int]
    lines: tuple[Line, ...]

    @property
    def breaches(self) -> int:
        return sum(line.verdict.breach for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Findings about one thing, by the name under which it is shown."""

    name: str
    kind: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Obligations of one class: how many by the age of their cause, and the oldest in days."""

    grade: int
    by_age: tuple[int, ...]
    oldest: int

    @property
    def total(self) -> int:
        return sum(self.by_age)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """One person: accounts of which they saw something that still counts, and others that they could open."""

    name: str
    state: str
    seen: int
    could_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One clause that asks for training: whom it concerns, and who lacks it."""

    clause: str
    codes: tuple[str, ...]
    people: int
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole page."""

    title: str
    document: str
    as_of: str
    entries: int
    unjudged: int
    root: str
    accounts: dict[str, int]
    people: dict[str, int]
    devices: dict[str, int]
    parts: tuple[Part, ...]
    about: tuple[About, ...]
    owed: tuple[Owed, ...]
    exposed: tuple[Exposed, ...]
    training: tuple[Training, ...]
    due: tuple[Item, ...]
    names: bool

    @property
    def breaches(self) -> int:
        return sum(part.breaches for part in self.parts if not part.guidance)


def gather(vault: Vault, *, names: bool = False) -> Report:
    """The report as of now, or of the moment that the vault was looked back to."""
    found, now = compliance.check(vault), moment(vault.clock())
    state, chosen = vault.state, vault.profile
    shown = _Shown(vault, names=names)
    head = vault.follower.head()
    return Report(
        title=chosen.title,
        document=_document(chosen),
        as_of=now,
        entries=found.entries,
        unjudged=found.unjudged,
        root=b64.encode(head.root),
        accounts=_counts(state.find("account"), "state"),
        people=_counts(state.find("person"), "state"),
        devices=_counts(state.find("device"), "state"),
        parts=tuple(_parts(chosen, found.verdicts)),
        about=tuple(_about(vault, found.findings, shown, now)),
        owed=tuple(_owed(vault, now)),
        exposed=tuple(_exposed(vault, shown)),
        training=tuple(_training(chosen, found.verdicts, shown)),
        due=tuple(_named(item, shown) for item in agenda(vault, within=SOON).items),
        names=names,
    )


def _document(chosen: Profile) -> str:
    """Its number and version, as far as the cover prints them."""
    parts = (("No.", chosen.document.number), ("version", chosen.document.version))
    return ", ".join(f"{word} {value}" for word, value in parts if value) or "The document"


class _Shown:
    """The name under which each thing may stand on the page."""

    def __init__(self, vault: Vault, *, names: bool) -> None:
        state = vault.state
        kinds = ("account", "person", "device", "team") if names else ("account", "team")
        ids = [
            row["id"]
            for kind in kinds
            for row in state.find(kind)
            if names or kind != "account" or row["owner_kind"] not in MAY_NAME_SOMEBODY
        ]
        self._names = subject_names(vault, ids)

    def of(self, id_: str) -> str:
        return self._names.get(id_, id_)


def _named(item: Item, shown: _Shown) -> Item:
    """The item, with the names that may stand on the page and no others."""
    who = tuple(shown.of(one) if one.startswith("per-") else one.replace("_", " ") for one in item.due.who)
    return replace(item, about=shown.of(item.due.subject) or "the policy", who=who)


def _counts(rows: Iterable[Row], column: str) -> dict[str, int]:
    return dict(sorted(Counter(row[column] for row in rows).items()))


def _parts(chosen: Profile, verdicts: Iterable[Verdict]) -> Iterable[Part]:
    by_document: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_document[verdict.document].append(verdict)
    for name, of_it in by_document.items():
        document = chosen if name == chosen.name else profile(name)
        counted = Counter(verdict.status for verdict in of_it)
        yield Part(
            title=document.title,
            guidance=name != chosen.name,
            counts={status: counted[status] for status in Status if counted[status]},
            lines=tuple(
                Line(verdict=verdict, reading=document.clauses[verdict.clause].reading) for verdict in of_it
            ),
        )


def _about(vault: Vault, found: Iterable[Finding], shown: _Shown, now: str) -> Iterable[About]:
    """Findings by what they are about, accounts first, the most findings first."""
    kinds = {"acc": "account", "per": "person", "dev": "device"}
    known = {(one.kind, one.subject) for one in found}
    others = (
        one
        for one in (*lifted(vault), *all_findings(vault.state, vault.profile, now=now))
        if (one.kind, one.subject) not in known
    )
    groups: dict[str, list[Finding]] = defaultdict(list)
    for one in (*found, *others):
        groups[one.subject].append(one)
    order = list(kinds.values())
    made = [
        About(name=shown.of(id_) or "the vault", kind=kinds.get(id_[:3], "vault"), findings=tuple(group))
        for id_, group in groups.items()
    ]
    return sorted(
        made,
        key=lambda one: (order.index(one.kind) if one.kind in order else 9, -len(one.findings), one.name),
    )


def _owed(vault: Vault, now: str) -> Iterable[Owed]:
    causes = {row["seq"]: row["occurred_at"] for row in vault.state.find("cause")}
    ages: dict[int, list[int]] = defaultdict(list)
    for rows in exposure.owed(vault.state).values():
        ages[rows[0]["class"]].append(max(days(causes[row["cause"]], now) for row in rows))
    for grade in (1, 2, 3):
        counted, least = [], -1
        for most, _ in AGES:
            counted.append(sum(least < age <= most or (least < 0 and age < 0) for age in ages[grade]))
            least = most
        yield Owed(grade=grade, by_age=tuple(counted), oldest=max(ages[grade], default=0))


def _exposed(vault: Vault, shown: _Shown) -> Iterable[Exposed]:
    made = []
    for row in vault.state.find("person"):
        touched = exposure.touched_by_person(vault.state, row["id"])
        seen = {value[0] for value, grade in touched.items() if grade == exposure.SEEN}
        could = {value[0] for value in touched} - seen
        if touched:
            name = shown.of(row["id"])
            made.append(Exposed(name=name, state=row["state"], seen=len(seen), could_open=len(could)))
    return sorted(made, key=lambda one: (-one.seen, -one.could_open, one.name))


def _training(chosen: Profile, verdicts: Iterable[Verdict], shown: _Shown) -> Iterable[Training]:
    for verdict in verdicts:
        rule = chosen.clauses[verdict.clause].rule if verdict.document == chosen.name else None
        if isinstance(rule, RecordRequired) and any(code.startswith(TRAINING) for code in rule.codes):
            lacking = sorted({shown.of(gap.subject) for gap in verdict.gaps})
            yield Training(
                clause=verdict.clause, codes=rule.codes, people=verdict.applied, lacking=tuple(lacking)
            )
