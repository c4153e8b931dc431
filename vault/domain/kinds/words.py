"""The codes that a document's rules name: posts, and records. A word that no rule names may be a slip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from vault.domain.calendar import BankHolidays
from vault.domain.interval import Interval
from vault.domain.kinds.base import ROLES, Rule
from vault.domain.kinds.record_required import RecordRequired

if TYPE_CHECKING:
    from vault.domain.policy import Profile

_POSTS = frozenset({"post", "posts", "by", "acts_for", "keeper", "exception_post", "bodies", "ordered_by"})
_CODES = frozenset(
    {"codes", "unless", "code", "done", "on", "incidents", "first", "marks", "without_marks", "count"}
)
_DERIVED: dict[str, str] = {
    "forms": "form",
    "person_types": "person_type",
    "required": "app",
    "allowed": "app",
    "purposes": "messages",
    "tell": "told",
    "recipients": "told",
}
_ALWAYS = {"hold": ("hold.stop_use", "agreed.release"), "apps": ("app.other",)}


def posts(profile: Profile) -> tuple[str, ...]:
    """Every post that a rule names; roles of the vault are none."""
    found = {word for name, word in _words(profile) if name in _POSTS}
    return tuple(sorted(found - {"", "self", *ROLES}))


def codes(profile: Profile) -> tuple[str, ...]:
    """Every code of a record that a rule asks for or reads."""
    found: set[str] = set()
    for kind in {rule.kind for clause in profile.clauses.values() for rule in clause.rules}:
        found.update(_ALWAYS.get(kind, ()))
    for name, word in _words(profile):
        if name in _CODES:
            found.add(word)
        elif name in _DERIVED:
            found.add(f"{_DERIVED[name]}.{word}")
    return tuple(sorted(found))


def abouts(profile: Profile) -> dict[str, frozenset[str]]:
    """Code → what a record of it is about, for codes that only rules of the kind ``record_required`` name."""
    found: dict[str, set[str]] = {}
    elsewhere: set[str] = set()
    for rule in (rule for clause in profile.clauses.values() for rule in clause.rules):
        if isinstance(rule, RecordRequired):
            for code in (*rule.codes, *rule.unless, *([rule.provisional.code] if rule.provisional else ())):
                found.setdefault(code, set()).add(rule.about)
            elsewhere.update((*rule.applies.marks, *rule.applies.without_marks))
        else:
            elsewhere.update(word for name, word in _walk(rule) if name in _CODES)
    return {code: frozenset(kinds) for code, kinds in found.items() if code not in elsewhere}


def parameters(rule: Rule) -> Iterator[str]:
    """Each parameter of a rule that says something, in a line."""
    for field in fields(rule):
        value = getattr(rule, field.name)
        if field.name != "clause" and value not in ((), "", None, False):
            yield f"{field.name}: {_said(value)}"


def _said(value: Any) -> str:
    """A parameter in words: lists with commas, what has parts by its parts."""
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    if not is_dataclass(value) or isinstance(value, (type, Interval, BankHolidays)):
        return str(value)
    parts = ((field.name, getattr(value, field.name)) for field in fields(value))
    said = [f"{name} {_said(part)}" for name, part in parts if part not in ((), "", None, False)]
    return f"({'; '.join(said)})" if said else "everything"


def _words(profile: Profile) -> Iterator[tuple[str, str]]:
    for clause in profile.clauses.values():
        for rule in clause.rules:
            yield from _walk(rule)


def _walk(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a rule, with the name of the parameter that it stands under."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _walk(getattr(value, field.name), field.name)
    elif isinstance(value, tuple):
        for item in value:
            yield from _walk(item, name)
    elif isinstance(value, str):
        yield name, value
