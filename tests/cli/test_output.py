"""Table, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, date, datetime

import pytest

from cli.output import Out, width

MOMENT = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


class Screen(io.StringIO):
    """A stream that says it is a terminal; without a descriptor its width is unknown."""

    def __init__(self, columns: int | None = None) -> None:
        super().__init__()
        self.columns = columns

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return -1 if self.columns else super().fileno()


def outs(form: str, stream: io.StringIO | None = None) -> tuple[Out, io.StringIO, io.StringIO]:
    stream, notes = stream or io.StringIO(), io.StringIO()
    return Out(form, stream=stream, notes=notes), stream, notes


def printed(form: str, columns: list[str], *rows: tuple[object, ...]) -> str:
    out, stream, _ = outs(form)
    out.rows(columns, rows)
    return stream.getvalue()


def test_a_table_is_aligned_by_what_is_seen() -> None:
    """Wide characters take two columns, combining marks none; numbers stand to the right; no blank line ends."""
    shown = printed("table", ["name", "n"], ("警察", 5), ("é", 12), ("e\u0301", 1), ("plain", 100))
    assert shown.splitlines() == ["NAME     N", "警察     5", "é       12", "e\u0301        1", "plain  100"]
    assert {width(line) for line in shown.splitlines()} == {10}


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("警", 2), ("ｱ", 1), ("e\u0301", 1), ("👮", 2), ("❤\ufe0f", 1), ("", 0)]
)
def test_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    """East Asian wide forms are two columns, half-width forms one, marks none."""
    assert width(text) == columns


def test_an_empty_list_is_said_and_not_left_blank() -> None:
    """A table without rows is "(none)" on stderr and nothing on stdout; in data formats it is an empty list."""
    out, stream, notes = outs("table")
    out.rows(["name"], [])
    assert (stream.getvalue(), notes.getvalue()) == ("", "(none)\n")
    assert json.loads(printed("json", ["name"])) == []
    assert printed("csv", ["name"]) == "name\n"


def test_values_in_a_table_are_for_a_person() -> None:
    """Yes and no, UK time, lists with commas, nothing for None."""
    row = (True, False, None, MOMENT, date(2026, 7, 1), ["a", "b"], {"k": 1})
    shown = printed("table", list("abcdefg"), row).splitlines()[1]
    assert shown.split("  ") == ["yes", "no", "2026-07-01 13:30", "2026-07-01", "a, b", "k=1"]


def test_a_column_in_which_nothing_stands_is_left_out_of_a_table() -> None:
    """The screen is for what there is; JSON and CSV keep every column, for a program counts on them."""
    rows = (("x/A", "", None, []), ("x/B", "", "here", []))
    columns = ["account", "type", "team", "posts"]
    assert printed("table", columns, *rows) == "ACCOUNT  TEAM\nx/A\nx/B      here\n"
    assert printed("csv", columns, *rows).splitlines()[0] == "account,type,team,posts"
    assert json.loads(printed("json", columns, *rows))[0].keys() == set(columns)


def test_values_in_json_keep_their_types() -> None:
    """JSON's own types, UTC with Z, keys as identifiers."""
    row = (True, None, MOMENT, date(2026, 7, 1), ("a", 2), {"k": False}, "ü\u202e")
    columns = ["is open", "none", "at", "on", "many", "inner", "text-like"]
    (found,) = json.loads(printed("json", columns, row))
    assert found == {
        "is_open": True,
        "none": None,
        "at": "2026-07-01T12:30:00Z",
        "on": "2026-07-01",
        "many": ["a", 2],
        "inner": {"k": False},
        "text_like": "ü\u202e",
    }
    assert "ü\\u202e" in printed("json", columns, row)


def test_json_is_ascii_where_the_stream_is_not_utf8() -> None:
    """Escapes instead of an encoding error."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1", write_through=True)
    Out("json", stream=stream).text("警")
    assert raw.getvalue() == b'{"text": "\\u8b66"}\n'


def test_csv_holds_no_formula() -> None:
    """Text that a spreadsheet would calculate gets an apostrophe; numbers stay numbers; quotes are quoted."""
    cells = ("=1+1", "+44", "-1", "@force", "\t=x", " =x", "＝1", -5, 'a,"b"', None, MOMENT)
    (heading, row) = csv.reader(printed("csv", [str(n) for n in range(len(cells))], cells).splitlines())
    assert row == [
        "'=1+1",
        "'+44",
        "'-1",
        "'@force",
        "' =x",
        "' =x",
        "'＝1",
        "-5",
        'a,"b"',
        "",
        "2026-07-01T12:30:00Z",
    ]
    assert heading[0] == "0"


def test_a_table_keeps_a_handle_as_it_is() -> None:
    """The apostrophe is for spreadsheets alone."""
    assert "@force" in printed("table", ["handle"], ("@force",)).splitlines()


@pytest.mark.parametrize("form", ["table", "csv"])
def test_names_cannot_act_on_the_terminal(form: str) -> None:
    """Cells are cleaned; a line break does not make a second row."""
    shown = printed(form, ["name"], ("a\x1b]52;c;eA==\x07b\nc\u202e",))
    assert shown.splitlines()[1:] == ["a]52;c;eA==b c"]


@pytest.mark.parametrize("form", ["table", "json", "csv"])
@pytest.mark.parametrize("value", [b"bytes", object(), 1.5, ValueError("x")])
def test_an_object_never_prints_itself(form: str, value: object) -> None:
    """A cell outside the closed list is our mistake, not output: its repr may be a secret."""
    with pytest.raises(TypeError, match="a cell must not be"):
        printed(form, ["x"], (value,))


@pytest.mark.parametrize("form", ["json", "table"])
def test_a_row_of_another_length_is_refused(form: str) -> None:
    """No cell under the wrong heading."""
    with pytest.raises(ValueError, match="zip"):
        printed(form, ["a", "b"], ("only one",), ("one", "two"))


def test_a_record_is_a_block_an_object_or_one_row() -> None:
    """One thing in each format."""
    fields = {"collar number": "1815", "left": None, "note": "=x"}
    shown = {}
    for form in ("table", "json", "csv"):
        out, stream, _ = outs(form)
        out.record(fields)
        shown[form] = stream.getvalue()
    assert shown["table"] == "collar number  1815\nleft           -\nnote           =x\n"
    assert json.loads(shown["json"]) == {"collar_number": "1815", "left": None, "note": "=x"}
    assert shown["csv"] == "collar number,left,note\n1815,,'=x\n"


def test_text_is_a_line_in_every_format() -> None:
    """Cleaned for people, an object in JSON."""
    shown = {}
    for form in ("table", "json", "csv"):
        out, stream, _ = outs(form)
        out.text("=a\x1bb")
        shown[form] = stream.getvalue()
    assert shown == {"table": "=ab\n", "json": '{"text": "=a\\u001bb"}\n', "csv": "'=ab\n"}


def test_notes_go_to_stderr_and_leave_stdout_alone() -> None:
    """stdout is data, stderr is talk."""
    out, stream, notes = outs("json")
    out.note("two accounts\x1b[2J")
    assert (stream.getvalue(), notes.getvalue()) == ("", "keyholder: two accounts[2J\n")


def test_a_bare_secret_is_not_cleaned() -> None:
    """Another program gets exactly the characters, and a line end."""
    out, stream, _ = outs("table")
    out.bare("a\x1b\u202eb")
    assert stream.getvalue() == "a\x1b\u202eb\n"


def narrow(room: int, columns: list[str], *rows: tuple[object, ...], spare: tuple[str, ...] = ()) -> str:
    """What a terminal of that width shows."""
    out = Out("table", stream=(stream := io.StringIO()), notes=io.StringIO())
    out._columns = lambda: room  # type: ignore[method-assign]
    out.rows(columns, list(rows), spare=spare)
    return stream.getvalue()


def test_a_table_is_laid_out_anew_only_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a screen the widest column goes on below; in a pipe every row is a line."""
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((30, 24)))
    row = ("short", "x" * 40)
    screen = Screen(columns=30)
    out, _, _ = outs("table", screen)
    out.rows(["a", "b"], [row])
    assert screen.getvalue().splitlines()[1:] == ["short  " + "x" * 23, "       " + "x" * 17]

    class Pipe(Screen):
        def isatty(self) -> bool:
            return False

    pipe = Pipe(columns=30)
    out, _, _ = outs("table", pipe)
    out.rows(["a", "b"], [row])
    assert "x" * 40 in pipe.getvalue()


def test_a_cell_is_broken_between_words() -> None:
    """Four lines at most; what is left is shown to be left."""
    shown = narrow(24, ["a", "words"], ("left", "one two three four five six seven"), ("right", "eight"))
    assert shown.splitlines() == [
        "A      WORDS",
        "left   one two three",
        "       four five six",
        "       seven",
        "right  eight",
    ]
    long = narrow(24, ["a", "words"], ("left", "word " * 40)).splitlines()
    assert len(long) == 5 and long[-1].endswith("…")


def test_a_wide_character_is_not_broken_in_half() -> None:
    """The break keeps the alignment."""
    shown = narrow(21, ["a", "b"], ("警" * 13, "left"))
    assert shown.splitlines() == ["A" + " " * 16 + "B", "警" * 7 + "   left", "警" * 6]


def test_a_day_and_a_number_are_not_broken() -> None:
    """Nobody reads a half of one; the words beside them give way."""
    shown = narrow(40, ["at", "number", "words"], (MOMENT, 12_000, "something that is said at length"))
    assert shown.splitlines()[1].startswith("2026-07-01 13:30   12000  something")


def test_a_code_is_not_broken() -> None:
    """Nor an id: a row is a block rather than a half of what somebody has to type."""
    shown = narrow(40, ["a", "lacking"], ("x" * 20, "account_administrator, holder"))
    assert "LACKING  account_administrator, holder" in shown


def test_where_nothing_fits_each_row_is_a_block() -> None:
    """Whole, without what is empty, and a line between two."""
    columns = ["account", "policy", "words", "id"]
    rows = ("x/A", "norfolk_suffolk", "long " * 4, "acc-abcd"), ("facebook/longer", "", "short", "acc-efgh")
    assert narrow(30, columns, *rows, spare=("policy",)).splitlines() == [
        "ACCOUNT  x/A",
        "POLICY   norfolk_suffolk",
        "WORDS    long long long long",
        "ID       acc-abcd",
        "",
        "ACCOUNT  facebook/longer",
        "WORDS    short",
        "ID       acc-efgh",
    ]


def test_a_terminal_of_unknown_width_cuts_nothing() -> None:
    """Without a width there is nothing to fit into."""
    screen = Screen()
    out, _, _ = outs("table", screen)
    out.rows(["a"], [("x" * 500,)])
    assert "x" * 500 in screen.getvalue()


def test_what_is_typed_next_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and ids keep their width; spare columns go first, and it is said which; then the others give way."""
    notes = io.StringIO()
    out = Out("table", stream=(stream := io.StringIO()), notes=notes)
    monkeypatch.setattr(out, "_columns", lambda: 70)
    name, id_ = "facebook/norfolkpolice", "acc-abcdefghijklmnop"
    columns = ("name", "force", "type", "words", "policy", "id")
    out.rows(
        columns, [(name, "norfolk", "main", "long " * 12, "norfolk_suffolk", id_)], spare=("type", "policy")
    )
    head, line, *below = stream.getvalue().splitlines()
    assert name in line and id_ in line and max(map(len, (head, line, *below))) <= 70
    assert head.split() == ["NAME", "FORCE", "WORDS", "ID"]
    assert (
        notes.getvalue()
        == "keyholder: no room for policy, type: a wider terminal, or --format csv, has them\n"
    )
