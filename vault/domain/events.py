"""The machinery of the event table: what an entry must carry, who may write it, what it changes.

An entry that is well formed for the log may still be *void* here: unknown event, wrong fields, an author without
the right. Every client reaches the same verdict by these pure rules, skips the entry and names it. Policy never
voids an entry: it is judged when something is asked for, and in the report.

An event is one `Event` in the tuple ``EVENTS`` of its concept's file; `vault.domain.table` collects them.
"""

from __future__ import annotations

import datetime as dt
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

_T = TypeVar("_T")
Row = Mapping[str, Any]
Data = Mapping[str, Any]

ADMINISTRATOR = "administrator"
CUSTODIAN = "custodian"
HOLDER = "holder"
AUDITOR = "auditor"
DESK = "desk"
RECOVERY = "recovery"
ROLES = (ADMINISTRATOR, CUSTODIAN, HOLDER, AUDITOR, DESK)

# Who may write: any of these roles. The recovery keyset has the single pseudo-role RECOVERY.
MEMBERS = frozenset(ROLES)
ADMINISTRATORS = frozenset({ADMINISTRATOR})
CUSTODIANS = frozenset({CUSTODIAN})
STAFF = frozenset({ADMINISTRATOR, CUSTODIAN})


class Void(Exception):
    """The entry has no effect; the reason is shown by `status` and `verify`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Register(Protocol):
    """The projection as the rules see it: rows by table name, and a few questions that need a join."""

    def get(self, table: str, /, **key: Any) -> Row | None: ...
    def find(self, table: str, /, **equal: Any) -> list[Row]: ...
    def newest(self, table: str, column: str, /, **equal: Any) -> Row | None: ...
    def put(self, table: str, /, **row: Any) -> None: ...
    def put_all(self, table: str, rows: Sequence[Mapping[str, Any]], /) -> None: ...
    def change(self, table: str, key: Mapping[str, Any], /, **values: Any) -> None: ...
    def memo(self, key: tuple[str, ...], tables: Sequence[str], compute: Callable[[], _T], /) -> _T: ...
    def openable_values(self, keysets: Sequence[str], /) -> list[Row]: ...
    def seen_values(self, /, *, person: str | None = None, device: str | None = None) -> list[Row]: ...


class Fact(NamedTuple):
    """One entry, with what the register knew of its author at that position."""

    seq: int
    time: str
    keyset: str
    person: str
    roles: frozenset[str]
    event: str
    subject: str
    data: Data
    confirmed: bool = False


Check = Callable[[Any], str | None]
_NOTHING: Mapping[str, Check] = MappingProxyType({})


class Event(NamedTuple):
    """One row of the event table.

    ``by`` are the roles that may write it, ``rule`` raises `Void` for anything that the roles alone do not decide,
    ``apply`` changes the projection. ``confirm`` says that a second administrator must confirm it before it applies.
    """

    name: str
    subject: str
    fields: Mapping[str, Check]
    by: frozenset[str]
    apply: Callable[[Register, Fact], None]
    optional: Mapping[str, Check] = _NOTHING
    rule: Callable[[Register, Fact], None] | None = None
    confirm: Callable[[Register, Fact], bool] | None = None


# --- checks of one field: None when good, else what is wrong ---------------------------------------------------

_CODE = r"[a-z][a-z0-9_]{0,63}\Z"
# 43 characters hold 258 bits: the last of them ends in two zero bits, or one hash would have four spellings.
_HASH = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\Z"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
# Hours and minutes are limited here: whether 24:00 is a time depends on who reads it.
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\Z"
_CLAUSE = r"[A-Z]{2}-[0-9A-Za-z./-]{1,12}\Z"
_ORIGIN = r"[a-z0-9./-]{1,96}\Z"
_WITNESS = r"witness/[0-9a-f]{16}\Z"
# One pattern for the ids of every kind: each command compiles it anew, so there are not sixty of them.
_ID = r"([a-z]{3})-[a-z2-7]{16}\Z"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """When it is first needed: a command that shows or lists needs two of the eight, or none."""
    return re.compile(pattern)


def _matching(pattern: str, what: str) -> Check:
    def check(value: Any) -> str | None:
        return None if isinstance(value, str) and _compiled(pattern).match(value) else f"is not {what}"

    return check


def _of_calendar(pattern: str, what: str) -> Check:
    """30 February has the form of a date; whoever reckons with it later must be able to."""
    form = _matching(pattern, what)

    def check(value: Any) -> str | None:
        if (wrong := form(value)) is not None:
            return wrong
        try:
            dt.datetime.fromisoformat(value)
        except ValueError:
            return f"is not {what}"
        return None

    return check


code = _matching(_CODE, "a code")
digest = _matching(_HASH, "a SHA-256 in base64")  # of something that is not stored here


def words(value: Any) -> str | None:
    """The name of a blob with sealed words: a description, a note, a piece of evidence. It can be erased."""
    return digest(value)


def sealed(value: Any) -> str | None:
    """The name of a blob with anything else: a version, a key. It is never erased."""
    return digest(value)


def public(value: Any) -> str | None:
    """The name of a blob that anybody may read: a document's text. It is never erased."""
    return digest(value)


date = _of_calendar(_DATE, "a date")
time = _of_calendar(_TIME, "a time in UTC")
clause = _matching(_CLAUSE, "a clause key")
origin = _matching(_ORIGIN, "a log origin")
witness_name = _matching(_WITNESS, "witness/ and 16 hexadecimal digits")


def ident(*prefixes: str) -> Check:
    """An id of one of these kinds."""
    wrong, kinds = f"is not an id ({'/'.join(prefixes)})", frozenset(prefixes)

    def check(value: Any) -> str | None:
        found = _compiled(_ID).match(value) if isinstance(value, str) else None
        return None if found is not None and found[1] in kinds else wrong

    return check


def base64_of(size: int) -> Check:
    """The one spelling in base64 of so many bytes, as the log library reads it."""

    def check(value: Any) -> str | None:
        wrong = f"is not the base64 of {size} bytes"
        if not isinstance(value, str) or len(value) != (size + 2) // 3 * 4:
            return wrong
        try:
            raw = a2b_base64(value, strict_mode=True)
        except ValueError:
            return wrong
        return None if len(raw) == size and b2a_base64(raw, newline=False).decode() == value else wrong

    return check


def one_of(*codes: str) -> Check:
    """One of a closed list of codes."""
    allowed = frozenset(codes)
    return lambda value: (
        None if isinstance(value, str) and value in allowed else f"is not one of {', '.join(codes)}"
    )


def count(value: Any) -> str | None:
    """A whole number, zero or more."""
    return None if type(value) is int and value >= 0 else "is not a count"


def flag(value: Any) -> str | None:
    """true or false."""
    return None if type(value) is bool else "is not true or false"


def many(check: Check, *, at_least: int = 0) -> Check:
    """A list without repeats of what ``check`` accepts."""

    def check_all(value: Any) -> str | None:
        if not isinstance(value, list) or len(value) < at_least:
            return f"is not a list of at least {at_least}"
        if len({str(item) for item in value}) != len(value):
            return "names something twice"
        return next((wrong for wrong in map(check, value) if wrong), None)

    return check_all


def each(keys: Check, values: Check) -> Check:
    """An object whose keys and values are what the checks accept; not empty."""

    def check_all(value: Any) -> str | None:
        if not isinstance(value, dict) or not value:
            return "is empty or not an object"
        return next((wrong for k, v in value.items() for wrong in (keys(k) or values(v),) if wrong), None)

    _VALUES[check_all] = values
    return check_all


_VALUES: dict[Check, Check] = {}


def values_of(check: Check) -> Check | None:
    """What `each` asks of every value; None for any other check."""
    return _VALUES.get(check)


def check_fields(event: Event, subject_checks: Mapping[str, Check], fact: Fact) -> None:
    """Raise `Void` unless subject and fields are exactly what the event carries."""
    if (wrong := subject_checks[event.subject](fact.subject)) is not None:
        raise Void(f"its subject {wrong}")
    for name, check in event.fields.items():
        if name not in fact.data:
            raise Void(f"{name} is missing")
        if (wrong := check(fact.data[name])) is not None:
            raise Void(f"{name} {wrong}")
    for name, value in fact.data.items():
        if name not in event.fields:
            if name not in event.optional:
                raise Void(f"{name} does not belong to it")
            if (wrong := event.optional[name](value)) is not None:
                raise Void(f"{name} {wrong}")


def require(row: Row | None, what: str) -> Row:
    """The row, or `Void`: an entry about something that the register does not know has no effect."""
    if row is None:
        raise Void(f"{what} is not in the register")
    return row
