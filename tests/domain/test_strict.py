"""The strict reader: every key asked for, every refusal with file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

import pytest

from vault.domain.strict import Reader, Source
from vault.errors import UsageProblem

TEXT = """\
word = "a"
blank = " "
number = 3
yes = true
day = 2017-01-01
moment = 2017-01-01T10:00:00Z
words = ["a", "b"]
twice = ["a", "a"]
none = []
mixed = ["a", 1]
plain = 100_000
rows = [{ one = "1" }, { one = "2", two = "2" }]
empty_rows = []
odd_rows = [1]

[inner]
one = "1"
[inner.deep]
one = 1

["quoted.key"]
two = 1
"""
READER = Reader(tomllib.loads(TEXT), Source("some.toml", TEXT))


def test_values() -> None:
    """Each type comes out as itself."""
    assert READER.text("word") == "a"
    assert READER.text("blank", blank=True) == " "
    assert READER.choice("word", ("a", "b")) == "a"
    assert READER.number("number", least=3) == 3
    assert READER.flag("yes") is True
    assert READER.day("day").isoformat() == "2017-01-01"
    assert READER.blank_or_day("day") == READER.day("day")
    assert READER.blank_or_day("blank", blank=" ") is None
    assert READER.texts("words", allowed=("a", "b")) == ("a", "b")
    assert READER.texts("none", empty=True) == ()
    assert READER.tables("empty_rows", empty=True) == ()
    assert [row.text("one") for row in READER.tables("rows")] == ["1", "2"]
    assert READER.has("word")
    assert not READER.has("nowhere")
    assert dict(READER.table("inner").table("deep").named.__self__._values) == {"one": 1}


REFUSED: dict[str, tuple[Callable[[Reader], object], str]] = {
    "missing": (lambda r: r.text("nowhere"), "some.toml: nowhere is missing"),
    "missing inside": (
        lambda r: r.table("inner").text("nowhere"),
        "some.toml, line 16: inner.nowhere is missing",
    ),
    "no text": (lambda r: r.text("number"), "line 3: number must be a text"),
    "empty": (lambda r: r.text("blank"), "line 2: blank must not be empty"),
    "choice": (lambda r: r.choice("word", ("b", "c")), "line 1: word must be one of b, c"),
    "no number": (lambda r: r.number("word"), "must be a whole number"),
    "true is no number": (lambda r: r.number("yes"), "must be a whole number"),
    "too small": (lambda r: r.number("number", least=4), "must be 4 or more"),
    "too large": (lambda r: r.number("plain"), "must be 99,999 or less"),
    "no flag": (lambda r: r.flag("number"), "must be true or false"),
    "no day": (lambda r: r.day("word"), "must be a date"),
    "day with time": (lambda r: r.day("moment"), "line 6: moment must be a date without a time"),
    "neither day nor blank": (lambda r: r.blank_or_day("word"), "must be a date"),
    "absent day": (lambda r: r.blank_or_day("nowhere"), "nowhere is missing"),
    "no list": (lambda r: r.texts("word"), "must be a list of texts"),
    "mixed": (lambda r: r.texts("mixed"), "must be a list of texts"),
    "empty list": (lambda r: r.texts("none"), "must not be empty"),
    "repeats": (lambda r: r.texts("twice"), "names something twice"),
    "not allowed": (lambda r: r.texts("words", allowed=("a",)), "may only hold a"),
    "no table": (lambda r: r.table("word"), "must be a table"),
    "no tables": (lambda r: r.tables("word"), "must be a list of tables"),
    "no rows": (lambda r: r.tables("empty_rows"), "must not be empty"),
    "odd rows": (lambda r: r.tables("odd_rows"), "odd_rows[1] must be a table"),
    "deep": (lambda r: r.table("inner").table("deep").text("one"), "line 19: inner.deep.one must be a text"),
    "quoted": (lambda r: r.table("quoted.key").text("two"), "line 22: quoted.key.two must be a text"),
    "in a row": (lambda r: r.tables("rows")[1].number("two"), "line 12: rows[2].two must be a whole number"),
    "texts by name": (lambda r: r.table("quoted.key").text_by_name(), "must be a text"),
    "the whole": (lambda r: r.refuse("is wrong"), "some.toml: the file is wrong"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_the_place(name: str) -> None:
    """What is wrong is said with file, line and key."""
    ask, why = REFUSED[name]
    with pytest.raises(UsageProblem, match=re.escape(why)):
        ask(READER)


HEADED = """\
[a]
[[a.rows]]
one = 1
[a.rows.deep]
two = 1
[[a.rows]]
one = 1
[a.rows.deep]
two = 1
[b]
"""


@pytest.mark.parametrize(
    ("row", "said"), [(0, "line 5: a.rows[1].deep.two"), (1, "line 9: a.rows[2].deep.two")]
)
def test_the_line_in_the_second_of_two_tables(row: int, said: str) -> None:
    """Tables under one heading are told apart by their place, in the line and in the key."""
    whole = Reader(tomllib.loads(HEADED), Source("some.toml", HEADED))
    with pytest.raises(UsageProblem, match=re.escape(said)):
        whole.table("a").tables("rows")[row].table("deep").text("two")


def test_left_over_keys_are_refused() -> None:
    """A table must be used up; another error on the way is not hidden by that."""
    with (
        pytest.raises(UsageProblem, match="b is not a key known here"),
        Reader({"a": "x", "b": 1}, Source("f")) as table,
    ):
        table.text("a")
    with Reader({"a": "x"}, Source("f")) as table:
        assert table.text_by_name() == {"a": "x"}
    with (
        pytest.raises(UsageProblem, match="a must be true"),
        Reader({"a": "x", "b": 1}, Source("f")) as table,
    ):
        table.flag("a")


def test_a_file_that_is_no_table() -> None:
    """Only a mapping is read."""
    with pytest.raises(UsageProblem, match="must be a table"):
        Reader([], Source("f"))
