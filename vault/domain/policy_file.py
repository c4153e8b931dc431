"""A document's file, read into a `Profile`.

The file is complete in itself; nothing is inherited and nothing defaults. Unknown keys, missing parameters and wrong
types are refused with file, line and key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vault.domain.calendar import BankHolidays
from vault.domain.kinds.base import PART, RECORDED, Known, Rule
from vault.domain.kinds.registry import KINDS
from vault.domain.kinds.stated import Stated
from vault.domain.platforms import Platforms
from vault.domain.policy import (
    LOCAL_KEYS,
    MORE_LOCAL_KEYS,
    Clause,
    Document,
    Force,
    LocalValue,
    OpenDecision,
    Profile,
    Strength,
)
from vault.domain.strict import Reader, Source

SCHEMA = 1


def parse(
    values: Mapping[str, object],
    *,
    source: Source,
    name: str,
    platforms: Platforms,
    holidays: Mapping[str, BankHolidays],
) -> Profile:
    """Check the whole file; the first thing wrong is refused."""
    with Reader(values, source) as whole:
        if whole.number("schema") != SCHEMA:
            whole.refuse(f"must be {SCHEMA}: this release reads no other layout", "schema")
        if whole.text("name") != name:
            whole.refuse("must be the file's own name", "name")
        with whole.table("clauses") as clauses:
            entries = dict(clauses.named())
        if not entries:
            whole.refuse("must not be empty", "clauses")
        forces = _forces(whole)
        local = _local(whole)
        decisions = _decisions(whole, entries)
        region = holidays[whole.choice("bank_holidays", holidays)]
        numbers = {key: entry.value for key, entry in local.items()}
        keys = [*entries, *(sub for key, entry in entries.items() for sub in _subs(key, entry))]
        known = Known(keys, platforms.by_code, forces, decisions, numbers, region)
        profile = Profile(
            name=name,
            title=whole.text("title"),
            holidays=region,
            document=_document(whole),
            forces=forces,
            local=local,
            decisions=decisions,
            clauses={c.key: c for key, entry in entries.items() for c in _clause(key, entry, known)},
        )
        _check_kinds(profile, whole)
        return profile


def _document(whole: Reader) -> Document:
    with whole.table("document") as table:
        return Document(
            number=table.text("number", blank=True),
            version=table.text("version", blank=True),
            replaces=table.text("replaces", blank=True),
            owner=table.text("owner", blank=True),
            holder=table.text("holder", blank=True),
            approved_by=table.text("approved_by", blank=True),
            approved_on=table.blank_or_day("approved_on"),
            published_on=table.blank_or_day("published_on"),
            review_on=table.blank_or_day("review_on"),
            checked_on=table.blank_or_day("checked_on"),
            effective_on=table.blank_or_day("effective_on") if table.has("effective_on") else None,
            guidance_under=table.text("guidance_under") if table.has("guidance_under") else "",
        )


def _forces(whole: Reader) -> dict[str, Force]:
    forces = {}
    with whole.table("forces") as table:
        for code, entry in table.named():
            with entry:
                forces[code] = Force(code, entry.text("name"), entry.texts("mail_domains", empty=True))
        if not forces:
            table.refuse("must not be empty")
    return forces


def _local(whole: Reader) -> dict[str, LocalValue]:
    local = {}
    with whole.table("local") as table:
        for key in (*LOCAL_KEYS, *filter(table.has, MORE_LOCAL_KEYS)):
            with table.table(key) as entry:
                local[key] = LocalValue(entry.number("value", least=1), entry.text("why"))
    return local


def _decisions(whole: Reader, clauses: Mapping[str, Reader]) -> dict[str, OpenDecision]:
    decisions = {}
    with whole.table("decisions") as table:
        for key, entry in table.named():
            with entry:
                decisions[key] = OpenDecision(
                    key=key,
                    question=entry.text("question"),
                    reading=entry.text("reading"),
                    clauses=entry.texts("clauses", allowed=clauses),
                    confirmed=entry.flag("confirmed"),
                )
    return decisions


def _clause(key: str, entry: Reader, known: Known) -> tuple[Clause, ...]:
    """The clause, and its further demands that bind otherwise."""
    with entry:
        kind = entry.choice("kind", (RECORDED, PART, *KINDS))
        rule, part_of = None, ""
        if kind == PART:
            part_of = known.clause(entry, "part_of")
        elif kind != RECORDED:
            rule = _rule(kind, key, entry, known)
        further = _more(key, kind, entry, known)
        clause = Clause(
            key=key,
            where=entry.text("where"),
            strength=_strength(entry),
            kind=kind,
            reading=entry.text("reading"),
            alternatives=_alternatives(entry),
            part_of=part_of,
            rule=rule,
            more=tuple(one for one in further if isinstance(one, Rule)),
        )
        subs = (one for one in further if isinstance(one, Clause))
        return clause, *(replace(one, where=clause.where) for one in subs)


def _strength(entry: Reader) -> Strength:
    return Strength(entry.choice("strength", tuple(Strength)))


def _alternatives(entry: Reader) -> tuple[str, ...]:
    return entry.texts("alternatives") if entry.has("alternatives") else ()


def _subs(key: str, entry: Reader) -> Iterator[str]:
    """The keys of the further demands that bind otherwise: the first of ``more`` is the second demand."""
    for n, table in enumerate(entry.tables("more") if entry.has("more") else (), 2):
        if table.has("strength"):
            yield f"{key}.{n}"


def _rule(kind: str, key: str, entry: Reader, known: Known) -> Rule:
    with entry.table("parameters") as parameters:
        return KINDS[kind].read(parameters, key, known)


def _more(key: str, kind: str, entry: Reader, known: Known) -> tuple[Rule | Clause, ...]:
    """The further rules of a clause that asks for several things; one that asks nothing has none.

    A demand with a strength of its own is a clause, and says its own words.
    """
    if not entry.has("more"):
        return ()
    if kind in (RECORDED, Stated.kind):
        entry.refuse(f"stands beside a rule, and a clause that is {kind} has none", "more")
    found: list[Rule | Clause] = []
    for n, table in enumerate(entry.tables("more"), 2):
        with table:
            further = table.choice("kind", [name for name in KINDS if name != Stated.kind])
            own = table.has("strength")
            rule = _rule(further, f"{key}.{n}" if own else key, table, known)
            found.append(_sub(key, rule, table) if own else rule)
    return tuple(found)


def _sub(key: str, rule: Rule, table: Reader) -> Clause:
    return Clause(
        key=rule.clause,
        where="",
        strength=_strength(table),
        kind=rule.kind,
        reading=table.text("reading"),
        alternatives=_alternatives(table),
        part_of="",
        rule=rule,
        sub_of=key,
    )


def _check_kinds(profile: Profile, whole: Reader) -> None:
    """A kind that a document may use once is used once, and a part belongs to a clause that has a rule."""
    seen: set[str] = set()
    with whole.table("clauses") as table:
        list(table.named())
        for clause in profile.clauses.values():
            for rule in clause.rules:
                if rule.kind in seen:
                    table.refuse(f"is a second rule of the kind {rule.kind}", clause.key)
                if KINDS[rule.kind].once:
                    seen.add(rule.kind)
            if clause.part_of and profile.clauses[clause.part_of].rule is None:
                table.refuse("is part of a clause without a rule", clause.key)
