"""The checks of one field: exactly what they accept."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from audit import entry
from audit.deep import forms
from audit.errors import AuditError
from tests.audit.exports import SECOND
from tests.domain.fold import b64, kst, per
from vault.domain import events as e

GOOD = [
    (e.code, ["a", "second_factor", "a" * 64, "x1"]),
    (e.digest, [b64("x")]),
    (e.date, ["2026-11-20", "2024-02-29"]),
    (e.time, ["2026-11-20T23:59:59Z"]),
    (e.clause, ["NS-9.2", "SY-10.2e"]),
    (e.origin, ["keyholder/0011", "force.example/vault/7f3a"]),
    (e.ident("per", "kst"), [per("ada"), kst("ada")]),
    (e.one_of("a", "b"), ["a", "b"]),
    (e.count, [0, 1, 2**53 - 1]),
    (e.flag, [True, False]),
    (e.many(e.code), [[], ["a", "b"]]),
    (e.many(e.code, at_least=1), [["a"]]),
    (e.each(e.code, e.count), [{"a": 1}]),
    (e.base64_of(32), [b64("x")]),
    (e.base64_of(1216), [b64("x", 1216)]),
]
BAD = [
    (e.code, ["", "A", "1a", "a b", "a-b", "a" * 65, "a\n", None, 1]),
    (
        e.digest,
        [
            "",
            b64("x")[:-1],
            b64("x", 31),
            b64("x", 33),
            "A" * 42 + "B=",
            b64("x") + "\n",
            "-" * 43 + "=",
            None,
        ],
    ),
    (e.date, ["2026-13-01", "2026-00-10", "2026-1-1", "2026-11-32", "2026-11-20 ", "20261120", 20261120]),
    (e.time, ["2026-11-20", "2026-11-20T24:00:00Z", "2026-11-20T10:00:00+00:00", "2026-11-20T10:00:00.0Z"]),
    (e.clause, ["NS", "ns-1", "NS-", "NS-9 2", "NS-1234567890123"]),
    (e.origin, ["", "A", "a b", "a" * 97, "a@b"]),
    (e.ident("per"), [kst("ada"), "per-" + "a" * 15, "per-" + "1" * 16, per("ada") + "\n", "", None]),
    (e.one_of("a"), ["b", "", None, ["a"], {}]),
    (e.count, [-1, 1.0, True, "1", None]),
    (e.flag, [0, 1, "yes", None]),
    (e.many(e.code), [["a", "a"], ["A"], "a", {"a": 1}, None]),
    (e.many(e.code, at_least=1), [[]]),
    (e.each(e.code, e.count), [{}, [], {"A": 1}, {"a": -1}, None]),
    (
        e.base64_of(32),
        ["A" * 42 + "B=", "A" * 44, "A" * 42 + "==", "=" + "A" * 43, "*" * 43 + "=", b64("x", 33), 7],
    ),
    (e.base64_of(1), ["AB==", "A===", "=A==", "QUE="]),
]


@pytest.mark.parametrize(("check", "values"), GOOD)
def test_accepted(check: e.Check, values: list[Any]) -> None:
    """What belongs in the field."""
    assert [check(value) for value in values] == [None] * len(values)


class LaterPython(dt.datetime):
    """As the standard library of a later release reads dates: 24:00 is the midnight after."""

    @classmethod
    def fromisoformat(cls, text: str) -> dt.datetime:  # type: ignore[override]
        day = dt.datetime.fromisoformat(text.replace("T24:00:00", "T00:00:00"))
        return day + dt.timedelta(days="T24:00:00" in text)


def test_what_a_time_is_does_not_depend_on_the_release_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log's own form, both folds and the verifier in docs: hours end at 23 by what they say, not by a library."""
    of_log, deep, good, odd = "2026-11-20T10:00:00Z", forms.form("time", {}), "T23:59:59Z", "T24:00:00Z"
    body = entry.encode(entry.Entry(0, entry.GENESIS_PREV, of_log, "a", "x", "", {}))
    monkeypatch.setattr(e, "dt", SimpleNamespace(datetime=LaterPython))
    for module in (entry, forms, SECOND):
        monkeypatch.setattr(module, "datetime", LaterPython)
    assert LaterPython.fromisoformat("2026-11-20T24:00:00Z").day == 21
    assert e.time("2026-11-20" + good) is None
    assert deep("2026-11-20" + good)
    assert e.time("2026-11-20" + odd) == "is not a time in UTC"
    assert not deep("2026-11-20" + odd)
    for read in (entry.decode, lambda body: SECOND.decode(body, 0, entry.GENESIS_PREV)):
        assert read(body)
        with pytest.raises((ValueError, AuditError)):
            read(body.replace(b"T10:00:00Z", odd.encode()))


@pytest.mark.parametrize(("check", "values"), BAD)
def test_refused(check: e.Check, values: list[Any]) -> None:
    """Everything else, with words that do not repeat the value."""
    for value in values:
        wrong = check(value)
        assert wrong is not None, value
        assert str(value) not in wrong or len(str(value)) < 3
