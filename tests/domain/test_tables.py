"""Reading spreadsheets: within limits, with the place of what is wrong, never with a cell in a message."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.domain import tables
from vault.domain.tables import read_table
from vault.errors import UsageProblem

SIMPLE = "platform,handle,password\nx,somepolice,Marker-7\n"

ENCODINGS = {
    "utf-8": ("utf-8", "utf-8"),
    "utf-8 with mark": ("utf-8-sig", "utf-8-sig"),
    "utf-16 little": ("utf-16", "utf-16"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings(name: str) -> None:
    """Each encoding that spreadsheets write gives the same rows."""
    written, seen = ENCODINGS[name]
    table = read_table("platform,handle\nx,Garda Síochána\n".encode(written))
    assert table.header == ("platform", "handle")
    assert table.rows[0].cells == ("x", "Garda Síochána")
    assert table.encoding == seen
    assert table.notes == ()


def test_utf16_big_endian() -> None:
    """The mark says the byte order."""
    assert read_table(b"\xfe\xff" + SIMPLE.encode("utf-16-be")).rows[0].cells[1] == "somepolice"


def test_windows_1252_is_read_with_a_note() -> None:
    """What is not UTF-8 is read as Windows writes it, and said so."""
    table = read_table("platform,handle\nx,Síochána\n".encode("cp1252"))
    assert table.rows[0].cells[1] == "Síochána"
    assert "Windows-1252" in table.notes[0]


@pytest.mark.parametrize("raw", [b"a,b\n\x81,\xff", b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xef\xbb\xbf\xff"])
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    """Bytes of no encoding are refused with their place."""
    with pytest.raises(UsageProblem, match=r"not text: byte \d+"):
        read_table(raw)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    """The delimiter is the one under which the header is understood."""
    text = SIMPLE.replace(",", delimiter).replace("somepolice", '"some, police; | and more"')
    table = read_table(text.encode())
    assert table.delimiter == delimiter
    assert table.rows[0].cells[1] == "some, police; | and more"


def test_said_delimiter() -> None:
    """A first line sep= decides, and counts as a row; with no delimiter behind it, it is like others."""
    table = read_table(b'"sep=;"\r\nplatform;handle\r\nx;a,b,c,d\r\n')
    assert (table.delimiter, table.header_row, table.rows[0].number) == (";", 2, 3)
    assert read_table(b"sep=\nplatform,handle\nx,a\n").header == ("platform", "handle")


def test_a_torn_first_part_does_not_disturb() -> None:
    """A cell too long for the sample is refused with its row, not with a fault of the sampling."""
    with pytest.raises(UsageProblem, match="row 2"):
        read_table(b"platform,handle\nx," + b"a" * 200_000)


def test_titles_above_the_header() -> None:
    """Titles and blank rows above the header are skipped with a note; rows keep their numbers."""
    table = read_table(b"Our accounts\n\nplatform,handle\n\n,\nx,a\n")
    assert table.header_row == 3
    assert [row.number for row in table.rows] == [6]
    assert "row 3" in table.notes[0]


def test_ragged_rows_are_named() -> None:
    """Rows with fewer cells than the header, or with more, are reported by number."""
    table = read_table(b"platform,handle,notes\nx,a\nx,b,,\nx,c,,d\nx,e,f\n")
    assert (table.short_rows, table.long_rows) == ((2,), (3, 4))


def test_the_same_empty_cells_everywhere_are_no_slip() -> None:
    """A delimiter at the end of every row below the header moves nothing."""
    table = read_table(b"platform,handle\nx,a,\nx,b,\n")
    assert (table.short_rows, table.long_rows) == ((), ())
    assert read_table(b"platform,handle\nx,a,1\nx,b,\n").long_rows == (2,)
    assert read_table(b"platform,handle\n").long_rows == ()


REFUSED = {
    "nothing": (b"", "no rows"),
    "blank": (b"\n , \n", "no rows"),
    "nul": (b"platform,handle\nx,\0Marker-7\n", "row 2, column B: a NUL"),
    "open quote": (b'platform,handle\nx,"Marker-7\nx,b\n', "row 2 cannot be read"),
    "text after quote": (b'platform,handle\nx,"Marker-7"z\n', "row 2 cannot be read"),
    "long cell": (b"platform,handle\nx,Marker-7" + b"a" * 65_536, "row 2, column B: more than 64 KiB"),
    "long cell in bytes": (
        b"platform,handle\nx," + b"\xc3\xa9" * 40_000,
        "row 2, column B: more than 64 KiB",
    ),
    "columns": (b"," * 200, "row 1 has more than 200 columns"),
    "rows": (b"a\n" * 100_001, "more than 100,000 rows"),
    "bytes": (b"a" * 20_000_001, "larger than 20 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_limits(name: str) -> None:
    """Each limit is refused with its place, and no cell is in the message or behind it."""
    raw, why = REFUSED[name]
    with pytest.raises(UsageProblem, match=why) as caught:
        read_table(raw)
    assert "Marker" not in "".join(traceback.format_exception(caught.value))


def test_limits_are_reached() -> None:
    """What is exactly at a limit is read."""
    assert len(read_table(b"platform,handle\n" + b"x,a\n" * 99_999).rows) == 99_999
    assert len(read_table(b"a" + b",a" * 199).header) == 200
    assert len(read_table(b"platform,handle\nx," + b"a" * 65_536).rows[0].cells[1]) == tables.MAX_CELL


def test_repr_hides_cells() -> None:
    """No cell is in the representation of table or row."""
    table = read_table(SIMPLE.encode())
    assert "Marker-7" not in repr(table) + repr(table.rows[0])


@given(
    st.one_of(
        st.binary(max_size=200), st.text(alphabet='a,;\t|"\r\n\0é\ufeff= sep', max_size=60).map(str.encode)
    )
)
def test_only_usage_problems(raw: bytes) -> None:
    """Whatever the bytes, a table or a usage problem comes out."""
    try:
        table = read_table(raw)
    except UsageProblem:
        return
    assert all(any(cell.strip() for cell in row.cells) for row in table.rows)
    assert [row.number for row in table.rows] == sorted({row.number for row in table.rows})
