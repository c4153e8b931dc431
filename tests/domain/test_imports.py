"""Imports: what would become of each row of a real, dirty spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.domain.imports import Change, Outcome, Plan, plan, read_table, understand
from vault.errors import UsageProblem
from vault.store.profiles import load_platforms

PLATFORMS = load_platforms()
REPO = Path(__file__).parents[2]
REAL = REPO.parent / "shared" / "samples" / "real-accounts" / "police_social_accounts.csv"

DIRTY = """\
Digital Media Team - accounts;;;;;;
;;;;;;
Platform;Account name;Link;Team;Password;2FA;Shoe size
Twitter;@SomePolice;https://twitter.com/SomePolice;News desk;Marker-1;SMS;44
X;somepolice;;News desk;Marker-2;;
twitter;SomePolice;https://twitter.com/SomePolice;News desk;Marker-1;SMS;44
Facebook;;https://www.facebook.com/pages/Some-Name/26358387223;Districts; Marker-3 ;;
Facebook;SomeCity;https://www.facebook.com/OtherCity;Districts
MySpace;SomePolice;;;Marker-4;;
YouTube;;;Nobody;Marker-5;;
YouTube;;https://youtube.com/watch?v=1;;Marker-5b;;
Instagram;some\u200bpolice;;;Marker-6;;
Instagram;somepolice;;Team; comma;Marker-7;;
;;https://www.threads.net/@somepolice;;;;
;SomePolice;;;;;
"""


def read(text: str, existing: Mapping[str, Mapping[str, str]] | None = None, **mapping: str) -> Plan:
    table = read_table(text.encode())
    return plan(table, understand(table.header, mapping), existing or {}, platforms=PLATFORMS)


def test_dirty_file() -> None:
    """Every row of a dirty file gets its outcome, with its row number and reason."""
    result = read(DIRTY)
    assert [(row.number, str(row.outcome)) for row in result.rows] == [
        (4, "new"),
        (5, "duplicate"),
        (6, "duplicate"),
        (7, "new"),
        (8, "new"),
        (9, "not_understood"),
        (10, "not_understood"),
        (11, "not_understood"),
        (12, "not_understood"),
        (13, "not_understood"),
        (14, "new"),
        (15, "not_understood"),
    ]
    assert result.counts == {"new": 4, "duplicate": 2, "unchanged": 0, "changed": 0, "not_understood": 6}
    assert [(p.row, p.column, p.reason) for p in result.problems] == [
        (9, "A (Platform)", "no platform of that name is known"),
        (10, "", "the row names no account"),
        (11, "C (Link)", "that is the address of a post or a page, not of an account"),
        (12, "B (Account name)", "the handle holds a character that cannot be seen (U+200B)"),
        (13, "", "the row has more cells than the header (8, not 7)"),
        (15, "B (Account name)", "no platform is named"),
    ]
    assert result.columns.not_understood == ("G (Shoe size)",)
    assert "row 3" in result.notes[0]
    assert len(result.of(Outcome.NEW)) == 4


def test_duplicates_say_how_they_differ() -> None:
    """A duplicate names the row it repeats, whether it is exact, and the fields that differ."""
    first, by_case, exact = read(DIRTY).rows[:3]
    assert (by_case.duplicate_of, by_case.exact) == (4, False)
    assert by_case.differs_in == ("url", "second_factor", "password")
    assert (exact.duplicate_of, exact.exact, exact.differs_in) == (4, True, ())
    assert first.duplicate_of is None


def test_odd_rows_are_taken_with_a_warning() -> None:
    """A short row, and a handle that its address contradicts, are taken and said."""
    row = read(DIRTY).rows[4]
    assert row.handle
    assert row.handle.display == "SomeCity"
    assert row.warnings == (
        "the handle and the web address name different accounts; the handle counts",
        "the row has fewer cells than the header (4, not 7)",
    )


def test_secrets_are_apart_and_never_shown() -> None:
    """Passwords come out unchanged where they belong, and in no representation, reason or error."""
    result = read(DIRTY)
    assert result.has_passwords
    assert result.rows[0].secrets == {"password": "Marker-1"}
    assert result.rows[3].secrets == {"password": " Marker-3 "}
    assert "password" not in result.rows[0].details
    assert "Marker" not in repr(result)
    assert all("Marker" not in f"{p.column}{p.reason}" for p in result.problems)
    assert not read("platform,handle\nx,a\n").has_passwords


@pytest.mark.parametrize("column", ["platform", "handle", "url"])
def test_a_password_in_the_wrong_column_is_not_repeated(column: str) -> None:
    """A secret that slipped into a naming column is in no reason and no traceback."""
    cells = {"platform": "x", "handle": "a", "url": "https://x.com/a"} | {column: "Marker/7\u200b"}
    if column == "url":
        del cells["handle"]
    result = read(",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert result.problems
    assert "Marker" not in repr(result)


def test_against_the_register() -> None:
    """Against the register a row is unchanged, or changed field by field; an empty cell wipes nothing."""
    text = "platform,handle,owner,notes,wikidata_id\nx,@Same,News,,\nx,Other,Desk,hello,Q1\nfacebook,New,,,\n"
    known = {
        "x/same": {"owner": "News", "notes": "kept", "email": "a@b.example"},
        "x/other": {"owner": "News"},
    }
    same, other, new = read(text, known).rows
    assert (same.outcome, same.changes) == (Outcome.UNCHANGED, ())
    assert other.outcome is Outcome.CHANGED
    assert other.changes == (Change("owner", "News", "Desk"), Change("notes", "", "hello; wikidata id: Q1"))
    assert "hello" not in repr(other)
    assert new.outcome is Outcome.NEW


EXPORTS = {
    "site and login": ("https://twitter.com/login,SomePolice,Marker,,X,,0", "x/somepolice", "new"),
    "site and e-mail": ("https://twitter.com/login,desk@police.example,Marker,,X,,0", None, "not_understood"),
    "account address": (
        "https://twitter.com/SomePolice,desk@police.example,Marker,,X,,0",
        "x/somepolice",
        "new",
    ),
    "other site": ("https://shop.example/,SomePolice,Marker,,X,,0", None, "not_understood"),
    "login without site": (",SomePolice,Marker,,X,,0", None, "not_understood"),
    "nothing": (",,Marker,,X,,0", None, "not_understood"),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_password_manager_rows(name: str) -> None:
    """In an export the account is named by its address, else by platform of the address and login."""
    row, key, outcome = EXPORTS[name]
    result = read(f"url,username,password,extra,name,grouping,fav\n{row}\n").rows[0]
    assert result.outcome == outcome
    assert (result.handle.full_key if result.handle else None) == key
    if name == "site and login":
        assert result.warnings == ("the handle is taken from the sign-in name",)
        assert result.details["notes"] == "title: X"


def test_a_file_without_accounts_is_refused() -> None:
    """Without a column for handle, address or login there is nothing to plan; a mapping helps."""
    with pytest.raises(UsageProblem, match="handle or web address"):
        read("platform,wer\nx,a\n")
    assert read("platform,wer\nx,a\n", wer="handle").counts[Outcome.NEW] == 1


def test_register_of_the_demonstration() -> None:
    """The project's own register goes in cleanly."""
    table = read_table((REPO / "bench" / "register.csv").read_bytes())
    columns = understand(table.header)
    result = plan(table, columns, {}, platforms=PLATFORMS)
    assert result.counts == {"new": 19, "duplicate": 0, "unchanged": 0, "changed": 0, "not_understood": 0}
    assert (columns.not_understood, table.short_rows, table.long_rows, table.notes) == ((), (), (), ())
    assert [row.warnings for row in result.rows if row.warnings] == []
    assert {row.details["force"] for row in result.rows} >= {"Norfolk", "Suffolk"}


def test_real_accounts() -> None:
    """588 real accounts of police forces go in; one account that two forces claim is found."""
    if not REAL.exists():
        pytest.skip("the sample of real accounts is not beside this repository")
    table = read_table(REAL.read_bytes())
    columns = understand(table.header)
    result = plan(table, columns, {}, platforms=PLATFORMS)
    assert columns.not_understood == ()
    assert len(result.rows) == 588
    assert result.counts == {"new": 587, "duplicate": 1, "unchanged": 0, "changed": 0, "not_understood": 0}
    (double,) = result.of(Outcome.DUPLICATE)
    assert not double.exact
    assert "force" in double.differs_in
    assert [row.number for row in result.rows if row.warnings] == []
    known = {row.handle.full_key: row.details for row in result.of(Outcome.NEW) if row.handle}
    assert plan(table, columns, known, platforms=PLATFORMS).counts[Outcome.UNCHANGED] == 587


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=6))
def test_any_cells(rows: list[list[str]]) -> None:
    """Whatever the cells, every row gets an outcome and a reason where it has none."""
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    raw = "\n".join(["platform,handle,url,password", *lines]).encode(errors="replace")
    try:
        table = read_table(raw)
    except UsageProblem:
        return
    result = plan(table, understand(table.header), {}, platforms=PLATFORMS)
    assert len(result.rows) == len(table.rows)
    assert all((row.problem is None) == (row.handle is not None) for row in result.rows)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_is_said_to_be_one(start: bytes) -> None:
    """Both of Excel's own forms: saved as CSV it can be read."""
    with pytest.raises(UsageProblem, match="workbook") as caught:
        read_table(start + b"platform,handle\n")
    assert "CSV" in caught.value.hint
