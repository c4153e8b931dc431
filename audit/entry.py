"""One entry, and the only bytes that it may have.

    body     = RFC 8785 JSON of {"actor","data","event","prev","seq","subject","time","v"}, 2 to 65,535 bytes
    leaf(n)  = SHA-256(0x00 || body(n))                    RFC 6962 section 2.1, and the link of the chain
    prev     = base64(leaf(n-1)); 32 zero bytes for the first entry

RFC 8785 is restricted until the standard library's encoder is exact: names are ASCII, numbers are integers
within +-(2^53 - 1), names are unique, and nesting ends at 8 levels. `decode` accepts a body only if encoding
it again gives the same bytes, so what was signed has no second spelling.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from json import JSONDecoder, JSONEncoder
from typing import NamedTuple, NoReturn, TypeAlias, cast

from audit import b64
from audit.errors import BadEntry

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

VERSION = 1
GENESIS_PREV = bytes(32)
MIN_BODY = 2
MAX_BODY = 65_535  # a tlog-tiles bundle counts the length of an entry in two bytes
MAX_DEPTH = 8
MAX_INTEGER = 2**53 - 1

_MEMBERS = frozenset({"actor", "data", "event", "prev", "seq", "subject", "time", "v"})
_NAME = re.compile(r"[a-z][a-z0-9_-]*").fullmatch
_EVENT = re.compile(r"(?=.{1,64}\Z)[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*").fullmatch
_ID = re.compile(r"[a-z0-9-]{0,64}").fullmatch
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z").fullmatch


class Entry(NamedTuple):
    """What was recorded: who (`actor`) says that what (`event`) happened to which thing (`subject`)."""

    seq: int
    prev: bytes
    time: str
    actor: str
    event: str
    subject: str
    data: dict[str, Json]


def encode(entry: Entry) -> bytes:
    """The body of `entry`; BadEntry if it has none in the restricted form."""
    if not isinstance(entry.prev, bytes) or len(entry.prev) != 32:
        raise BadEntry("prev is not a hash of 32 bytes")
    _check_fields(entry)
    members: dict[str, Json] = {
        "actor": entry.actor,
        "data": entry.data,
        "event": entry.event,
        "prev": b64.encode(entry.prev),
        "seq": entry.seq,
        "subject": entry.subject,
        "time": entry.time,
        "v": VERSION,
    }
    _check_object(members, MAX_DEPTH)
    return _checked_size(_canonical(members))


def decode(body: bytes) -> Entry:
    """The entry in `body`; BadEntry unless these are the bytes that `encode` makes of it."""
    members = _parse(_checked_size(body))
    if members.keys() != _MEMBERS:
        raise BadEntry("the members are not exactly those of an entry")
    _check_object(members, MAX_DEPTH)
    if _canonical(members) != body:
        raise BadEntry("the bytes are not the canonical form of their content")
    if type(members["v"]) is not int or members["v"] != VERSION:
        raise BadEntry("the version is not 1")
    return _check_fields(_from_members(members))


def leaf_hash(body: bytes) -> bytes:
    return sha256(b"\0" + body).digest()


def _refuse_number(_text: str) -> NoReturn:
    raise ValueError("a number that is not an integer")


# A name given twice is dropped here, so the bytes encoded again are shorter, and `decode` refuses them.
_loads = JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number).decode
# Nesting is bounded before encoding, so a loop cannot reach the encoder and it need not look for one.
_dumps = JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def _parse(body: bytes) -> dict[str, Json]:
    try:
        members = _loads(body.decode())
    except (ValueError, RecursionError) as exc:
        raise BadEntry("the bytes are not JSON in the restricted form") from exc
    if not isinstance(members, dict):
        raise BadEntry("the body is not a JSON object")
    return members


def _canonical(members: dict[str, Json]) -> bytes:
    try:
        return _dumps(members).encode()
    except UnicodeEncodeError:
        # Not `from`: the cause quotes a string that might never have been meant for the log.
        raise BadEntry("a string holds half a surrogate pair") from None


def _checked_size(body: bytes) -> bytes:
    if not MIN_BODY <= len(body) <= MAX_BODY:
        raise BadEntry(f"a body has {MIN_BODY} to {MAX_BODY} bytes, not {len(body)}")
    return body


def _check_object(members: dict[str, Json], depth: int) -> None:
    """Refuse what RFC 8785 and the standard encoder might write differently; `depth` levels are left."""
    if depth == 0:
        raise BadEntry(f"nested deeper than {MAX_DEPTH} levels")
    for name, value in members.items():
        if not isinstance(name, str) or not _NAME(name):
            raise BadEntry("a name is not lower-case letters, digits, hyphens and underscores")
        if not isinstance(value, str):
            _check_value(value, depth)


def _check_value(value: Json, depth: int) -> None:
    if isinstance(value, dict):
        _check_object(value, depth - 1)
    elif isinstance(value, list):
        if depth == 1:
            raise BadEntry(f"nested deeper than {MAX_DEPTH} levels")
        for item in value:
            _check_value(item, depth - 1)
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise BadEntry("an integer lies beyond 2^53 - 1")
    elif value is not None and not isinstance(value, str):
        raise BadEntry("a value is not one of JSON's, or it is a float")


def _from_members(members: dict[str, Json]) -> Entry:
    """The entry, its members still unchecked: the casts hold once `_check_fields` has passed."""
    try:
        prev = b64.decode_sized(members["prev"], 32)
    except ValueError as exc:
        raise BadEntry("prev is not the base64 of a hash") from exc
    return Entry(
        seq=cast("int", members["seq"]),
        prev=prev,
        time=cast("str", members["time"]),
        actor=cast("str", members["actor"]),
        event=cast("str", members["event"]),
        subject=cast("str", members["subject"]),
        data=cast("dict[str, Json]", members["data"]),
    )


def _check_fields(entry: Entry) -> Entry:
    # `type() is` because True is an int, and would be written as `true`.
    if type(entry.seq) is not int or not 0 <= entry.seq <= MAX_INTEGER:
        raise BadEntry("seq is not a position")
    if not isinstance(entry.event, str) or not _EVENT(entry.event):
        raise BadEntry("the event is not dotted lower-case words of at most 64 letters")
    if not isinstance(entry.actor, str) or not entry.actor or not _ID(entry.actor):
        raise BadEntry("the actor is not an id")
    if not isinstance(entry.subject, str) or not _ID(entry.subject):
        raise BadEntry("the subject is not an id")
    if not isinstance(entry.data, dict):
        raise BadEntry("the data is not an object")
    _check_time(entry.time)
    return entry


def _check_time(time: str) -> None:
    if not isinstance(time, str) or not _TIME(time):
        raise BadEntry("the time is not written YYYY-MM-DDTHH:MM:SSZ")
    try:
        datetime.fromisoformat(time)
    except ValueError as exc:
        raise BadEntry("the time is no date of the calendar") from exc
