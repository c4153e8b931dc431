"""The forms of subjects and fields, spelled in `events.toml`.

form   = code | hash | date | time | clause | origin | witness | count | flag | bytes N | id-prefix+ | one of word+
       | list of form | filled list of form | map of form to form | name of a list of words
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from audit import b64
from audit.entry import Json

Form = Callable[[Json], bool]

MEMBER = frozenset({"administrator", "custodian", "holder", "auditor", "desk"})
_TABLE = Path(__file__).with_name("events.toml")
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PATTERNS = {
    "code": r"[a-z][a-z0-9_]{0,63}",
    "date": _DATE,
    "time": _DATE + "T([01][0-9]|2[0-3])(:[0-5][0-9]){2}Z",
    "clause": r"[A-Z]{2}-[0-9A-Za-z./-]{1,12}",
    "origin": r"[a-z0-9./-]{1,96}",
    "witness": r"witness/[0-9a-f]{16}",
}


class Void(Exception):
    """The entry stands in the log and has no effect: every client skips it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Event:
    """One event as `events.toml` describes it."""

    about: Form
    by: frozenset[str]
    must: Mapping[str, Form]
    may: Mapping[str, Form]

    def check(self, subject: str, data: Mapping[str, Json]) -> None:
        """Void unless subject and fields are exactly what the event carries."""
        if not self.about(subject):
            raise Void("its subject has not the form that this event asks for")
        for name in self.must.keys() - data.keys():
            raise Void(f"{name} is missing")
        for name, value in data.items():
            form = self.must.get(name) or self.may.get(name)
            if form is None:
                raise Void(f"{name} does not belong to it")
            if not form(value):
                raise Void(f"{name} has not the form that this event asks for")


@cache
def events() -> dict[str, Event]:
    """Every event by name."""
    told = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    words: dict[str, str] = told["words"]
    return {name: _event(each, words) for name, each in told["events"].items()}


def _event(told: Mapping[str, Any], words: Mapping[str, str]) -> Event:
    def fields(key: str) -> dict[str, Form]:
        return {name: form(spelled, words) for name, spelled in told.get(key, {}).items()}

    roles = frozenset(told["by"].split())
    by = roles - {"member"} | (MEMBER if "member" in roles else frozenset())
    return Event(form(told["about"], words), by, fields("must"), fields("may"))


def form(spelled: str, words: Mapping[str, str]) -> Form:
    """The predicate that a spelling stands for."""
    if spelled.startswith("map of "):
        keys, values = spelled.removeprefix("map of ").split(" to ")
        return _map(form(keys, words), form(values, words))
    for start, least in (("list of ", 0), ("filled list of ", 1)):
        if spelled.startswith(start):
            return _list(form(spelled.removeprefix(start), words), least)
    if spelled.startswith("one of "):
        return _word(frozenset(spelled.removeprefix("one of ").split()))
    if spelled.startswith("bytes "):
        return _bytes(int(spelled.removeprefix("bytes ")))
    if spelled in words:
        return _word(frozenset(words[spelled].split()))
    return _SIMPLE.get(spelled) or _id(spelled.split())


def _text(pattern: str) -> Form:
    match = re.compile(pattern).fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None


def _of_calendar(pattern: str) -> Form:
    written = _text(pattern)

    def is_day(value: Json) -> bool:
        try:
            return written(value) and bool(datetime.fromisoformat(str(value)))
        except ValueError:
            return False

    return is_day


def _bytes(size: int) -> Form:
    def is_bytes(value: Json) -> bool:
        try:
            return bool(b64.decode_sized(value, size))
        except ValueError:
            return False

    return is_bytes


def _id(prefixes: list[str]) -> Form:
    if not prefixes:
        return lambda value: value == ""
    return _text(f"(?:{'|'.join(prefixes)})-[a-z2-7]{{16}}")


def _word(allowed: frozenset[str]) -> Form:
    return lambda value: isinstance(value, str) and value in allowed


def _list(item: Form, least: int) -> Form:
    def is_list(value: Json) -> bool:
        return (
            isinstance(value, list)
            and len(value) >= least
            and all(map(item, value))
            and len(set(map(str, value))) == len(value)
        )

    return is_list


def _map(key: Form, item: Form) -> Form:
    def is_map(value: Json) -> bool:
        return (
            isinstance(value, dict)
            and value != {}
            and all(map(key, value))
            and all(map(item, value.values()))
        )

    return is_map


_SIMPLE: dict[str, Form] = {
    "record": _text(r"[a-z][a-z0-9_]{0,31}(?:\.[a-z0-9_]{1,48})?"),
    "version": _text(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}[a-z]?"),
    "count": lambda value: type(value) is int and value >= 0,
    "flag": lambda value: type(value) is bool,
    "hash": _bytes(32),
    **{name: _text(_PATTERNS[name]) for name in ("code", "clause", "origin", "witness")},
    **{name: _of_calendar(_PATTERNS[name]) for name in ("date", "time")},
}
