"""An entry has exactly one spelling, and it is RFC 8785's."""

from __future__ import annotations

import hashlib
import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import entry
from audit.entry import GENESIS_PREV, Entry, decode, encode, leaf_hash
from audit.errors import BadEntry
from tests.audit.given import TIME, vector

PLAIN = Entry(
    seq=1,
    prev=bytes(range(32)),
    time=TIME,
    actor="k-01",
    event="account.opened",
    subject="a-02",
    data={"n": 3, "blob": "x", "list": [None, True, {"deep": "é\u2028"}]},
)
BODY = (
    '{"actor":"k-01","data":{"blob":"x","list":[null,true,{"deep":"é\u2028"}],"n":3},"event":"account.opened",'
    '"prev":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","seq":1,"subject":"a-02",'
    '"time":"2026-11-20T10:00:00Z","v":1}'
).encode()


def body_with(**members) -> bytes:
    """The canonical bytes of the plain entry with some members replaced."""
    return canonical(json.loads(BODY) | members)


def canonical(value) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def nested(levels: int, leaf=1):
    for _ in range(levels):
        leaf = {"x": leaf}
    return leaf


def test_the_bytes_of_an_entry():
    """One entry, spelt out, and read back."""
    assert encode(PLAIN) == BODY
    assert decode(BODY) == PLAIN


def test_the_leaf_is_the_rfc_6962_hash():
    """A leaf is SHA-256 of a zero byte and the body, so the chain and the tree share one hash."""
    assert leaf_hash(BODY) == hashlib.sha256(b"\0" + BODY).digest()
    assert bytes(32) == GENESIS_PREV


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="too short"),
        pytest.param(b"[]", id="array"),
        pytest.param(b"{}", id="no members"),
        pytest.param(BODY[:-1], id="cut"),
        pytest.param(BODY + b"\n", id="trailing newline"),
        pytest.param(b" " + BODY, id="leading space"),
        pytest.param(b"\xef\xbb\xbf" + BODY, id="byte order mark"),
        pytest.param(BODY.replace(b'"n":3', b'"n": 3'), id="space inside"),
        pytest.param(BODY.replace(b'"n":3', b'"n":3.0'), id="float"),
        pytest.param(BODY.replace(b'"n":3', b'"n":3e0'), id="exponent"),
        pytest.param(BODY.replace(b'"n":3', b'"n":-0'), id="minus zero"),
        pytest.param(BODY.replace(b'"n":3', b'"n":NaN'), id="not a number"),
        pytest.param(BODY.replace(b'"n":3', b'"n":03'), id="leading zero"),
        pytest.param(BODY.replace(b'"n":3', b'"n":3,"n":3'), id="name twice"),
        pytest.param(BODY.replace(b'"n":3', b'"a":3'), id="names out of order"),
        pytest.param(BODY.replace(b'"n":3', b'"N":3'), id="upper-case name"),
        pytest.param(BODY.replace(b'"n":3', b'"n\xc3\xa9":3'), id="name not ASCII"),
        pytest.param(BODY.replace(b'"n":3', b'"n":9007199254740992'), id="2^53"),
        pytest.param(BODY.replace(b'"n":3', b'"n":-9007199254740992'), id="-2^53"),
        pytest.param(BODY.replace(b'"n":3', b'"n":' + b"9" * 5000), id="5,000 digits"),
        pytest.param(BODY.replace(b'"x"', b'"\\u0078"'), id="needless escape"),
        pytest.param(BODY.replace(b'"x"', b'"\\/"'), id="escaped slash"),
        pytest.param(BODY.replace(b'"x"', b'"\\u001F"'), id="upper-case escape"),
        pytest.param(BODY.replace(b'"x"', b'"\\ud800"'), id="lone surrogate"),
        pytest.param(BODY.replace(b'"x"', b'"\x01"'), id="raw control character"),
        pytest.param(BODY.replace(b'"x"', b'"\xff"'), id="not UTF-8"),
        pytest.param(BODY.replace(b'"x"', b'"\xed\xa0\x80"'), id="surrogate in UTF-8"),
        pytest.param(BODY.replace(b"Hh8=", b"Hh9="), id="base64 with spare bits set"),
        pytest.param(b"[" * 65_000, id="65,000 arrays"),
        pytest.param(body_with(extra=1), id="member too many"),
        pytest.param(body_with(v=2), id="version 2"),
        pytest.param(body_with(v=True), id="version true"),
        pytest.param(body_with(v="1"), id="version as text"),
        pytest.param(body_with(seq=-1), id="negative position"),
        pytest.param(body_with(seq=True), id="position true"),
        pytest.param(body_with(seq="1"), id="position as text"),
        pytest.param(body_with(prev="AAAA"), id="short prev"),
        pytest.param(body_with(prev="-" * 44), id="prev not base64"),
        pytest.param(body_with(prev="é" * 44), id="prev not ASCII"),
        pytest.param(body_with(prev=None), id="no prev"),
        pytest.param(body_with(data=[]), id="data an array"),
        pytest.param(body_with(data=None), id="no data"),
        pytest.param(body_with(data=nested(8)), id="nine levels"),
        pytest.param(body_with(data={"x": nested(6, [1])}), id="nine levels, the last an array"),
        pytest.param(body_with(data={"x": "y" * 65_535}), id="too long"),
    ],
)
def test_any_other_bytes_are_refused(body):
    """Whatever is not the one spelling of an entry is not an entry."""
    assert body != BODY
    with pytest.raises(BadEntry):
        decode(body)


FIELDS = [
    ("actor", ["", "K", "a b", "a_b", "é", "a" * 65, "a\n", 1, None]),
    ("subject", ["A", "a b", "a_b", "é", "a" * 65, "a\n", 1, None]),
    ("event", ["", "A", "a..b", ".a", "a.", "1a", "a.1", "a-b", "é", "a" * 65, "a\n", 1, None]),
    (
        "time",
        [
            "",
            "2026-11-20T10:00:00",
            "2026-11-20 10:00:00Z",
            "2026-11-20T10:00:00.0Z",
            "2026-11-20T10:00:00+00:00",
            "2026-11-20T10:00:00z",
            "2026-02-29T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "2026-11-31T10:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20T23:60:00Z",
            "2016-12-31T23:59:60Z",
            "0000-01-01T00:00:00Z",
            "２026-11-20T10:00:00Z",
            "2026-11-20T10:00:00Z\n",
            1,
            None,
        ],
    ),
]


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in FIELDS for value in values])
def test_a_field_out_of_form_is_neither_read_nor_written(field, value):
    """Ids, events and times have one form, and it is checked in both directions."""
    with pytest.raises(BadEntry):
        decode(body_with(**{field: value}))
    with pytest.raises(BadEntry):
        encode(PLAIN._replace(**{field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", -1),
        ("seq", True),
        ("seq", 2**53),
        ("prev", bytes(31)),
        ("prev", "A" * 44),
        ("data", []),
        ("data", {"x": 1.0}),
        ("data", {"x": float("nan")}),
        ("data", {"x": (1, 2)}),
        ("data", {"x": b""}),
        ("data", {"x": [object()]}),
        ("data", {"x": 2**53}),
        ("data", {"x": [-(2**53)]}),
        ("data", {1: "x"}),
        ("data", {"": "x"}),
        ("data", {"X": "x"}),
        ("data", {"a.b": "x"}),
        ("data", {"x": "\ud800"}),
        ("data", {"x": "y" * 65_535}),
        ("data", nested(8)),
        ("data", {"x": nested(6, [])}),
    ],
)
def test_what_could_be_spelt_twice_is_not_written(field, value):
    """Floats, big integers, foreign names, deep nesting and half surrogates never reach the log."""
    with pytest.raises(BadEntry):
        encode(PLAIN._replace(**{field: value}))


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": ""},
        {"actor": "a" * 64, "subject": "-" * 64, "event": "a." + "b" * 62},
        {"time": "2024-02-29T23:59:59Z"},
        {"time": "0001-01-01T00:00:00Z"},
        {"seq": 0, "prev": GENESIS_PREV, "data": {}},
        {"seq": 2**53 - 1, "data": {"x": -(2**53 - 1), "y": 2**53 - 1}},
        {"data": nested(7)},
        {"data": {"x": nested(5, [1])}},
        {"data": {"x": '\0\b\t\n\f\r\x1f"\\/\x7f\u2028😂'}},
        {"data": {"x": {}, "y": [], "z": False}},
    ],
)
def test_the_limits_themselves_are_inside(changes):
    """What lies exactly on a limit is written and read back unchanged."""
    kept = PLAIN._replace(**changes)
    assert decode(encode(kept)) == kept


def test_the_longest_body_is_written_and_one_byte_more_is_not():
    """A body has at most 65,535 bytes, because a bundle counts them in two bytes."""
    spare = entry.MAX_BODY - len(encode(PLAIN._replace(data={"x": ""})))
    full = PLAIN._replace(data={"x": "y" * spare})
    assert len(encode(full)) == entry.MAX_BODY and decode(encode(full)) == full
    with pytest.raises(BadEntry, match="bytes"):
        encode(PLAIN._replace(data={"x": "y" * (spare + 1)}))


def test_a_refusal_does_not_quote_what_it_refuses():
    """A string that cannot be encoded is not carried along in the error or its cause."""
    with pytest.raises(BadEntry) as caught:
        encode(PLAIN._replace(data={"x": "a secret\ud800"}))
    assert caught.value.__cause__ is None and "secret" not in str(caught.value)


names = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20)
# Six leaves nest at most six levels deep below a member: never beyond the eight allowed.
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(names, values, max_size=4))
def test_bodies_equal_an_independent_rfc_8785_encoder(data):
    """Within the restriction every body is what another implementation of RFC 8785 writes."""
    body = encode(PLAIN._replace(data=data))
    assert body == rfc8785.dumps(json.loads(BODY) | {"data": data})
    assert decode(body).data == data


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=80)
    | st.builds(lambda at, bit: flipped(BODY, at % len(BODY), bit), st.integers(0), st.integers(0, 7))
)
def test_what_is_read_is_what_would_be_written(body):
    """Any bytes are either refused or exactly the encoding of what was read from them."""
    try:
        read = decode(body)
    except BadEntry:
        return
    assert encode(read) == body


def flipped(raw: bytes, at: int, bit: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_published_rfc_8785_pairs(name):
    """What RFC 8785's own pairs hold inside the restriction is written alike; the rest is refused."""
    value = json.loads(vector("rfc8785", "testdata", "input", f"{name}.json").read_text(encoding="utf-8"))
    want = vector("rfc8785", "testdata", "output", f"{name}.json").read_bytes()
    for case, expected in inside(name, value, want):
        if expected is None:
            with pytest.raises(BadEntry):
                encode(PLAIN._replace(data={"x": case}))
        else:
            assert b'"data":{"x":' + expected + b"}," in encode(PLAIN._replace(data={"x": case}))


def inside(name: str, value, want: bytes):
    """Each published document whole, and those parts of it that the restriction lets through."""
    yield value, None
    if name == "arrays":
        yield [value[0], {"d": True}], b'[56,{"d":true}]'
    if name == "values":
        yield value["literals"], b"[null,true,false]"
        yield value["string"], want.split(b'"string":')[1][:-1]
    if name == "weird":
        for string in value.values():
            yield string, canonical(string)
    if name == "unicode":
        yield value["Unnormalized Unicode"], want.split(b":", 1)[1][:-1]
