"""A head on paper comes back as it was, and a mistake in typing is not taken for another history."""

from __future__ import annotations

import pytest

from audit.checkpoint import Checkpoint
from audit.errors import BadNote
from audit.paper import read_head
from audit.verify import read_held, verify
from tests.audit.exports import small_log, vault_id, write_export
from tests.audit.given import on_paper

MADE = small_log()
HEAD = Checkpoint("keyholder/0123456789abcdef", 1234567, bytes(range(32)))


def typed(head: Checkpoint = HEAD) -> str:
    return "\n".join(on_paper(head)) + "\n"


def test_what_was_printed_is_read():
    """As it stands, in capitals, with the number in groups, with empty lines between."""
    for text in (
        typed(),
        typed().upper(),
        typed().replace("\n1234567", "\n1 234 567"),
        typed().replace("\n", "\n\n"),
        typed().replace(" ", "  "),
    ):
        assert read_head(text.encode()) == HEAD


def test_a_note_and_its_text_are_read_too():
    """A head may be kept in any of the three forms."""
    for head in (each.checkpoint for each in MADE):
        assert read_head(head.text()) == head
    assert [read_head(each.note) for each in MADE] == [each.checkpoint for each in MADE]


def test_every_mistyped_digit_of_a_row_is_named():
    """Each digit of each row, in turn: the row is named."""
    for n, row in enumerate(on_paper(HEAD)[2:]):
        for at, digit in enumerate(row):
            if digit != " ":
                wrong = row[:at] + ("0" if digit != "0" else "1") + row[at + 1 :]
                with pytest.raises(BadNote, match=f"row {n + 1} "):
                    read_head(typed().replace(row, wrong).encode())


def test_rows_in_another_order_or_another_name_or_number():
    """The check digits know the row's number, the log's name and size."""
    given = on_paper(HEAD)
    for other in (
        [*given[:2], given[3], given[2], *given[4:]],
        [given[0].replace("0", "1"), *given[1:]],
        [given[0], "1234568", *given[2:]],
    ):
        with pytest.raises(BadNote, match="row 1 "):
            read_head("\n".join(other).encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b\n1\n" + "\n".join(on_paper(HEAD)[2:]),
        "a\nmany\n" + "\n".join(on_paper(HEAD)[2:]),
        "a+b\n1\n" + "\n".join(on_paper(HEAD)[2:]),
        "a\n99999999999999999999\n" + "\n".join(on_paper(HEAD)[2:]),
        typed() + "more\n",
        "a\n1\n" + 4 * "zz\n",
        "ä\n1\n",
    ],
)
def test_anything_else_is_no_head(text):
    """It is said that it is none; nothing is guessed."""
    with pytest.raises(BadNote):
        read_head(text.encode())


def test_paper_is_a_held_head(tmp_path):
    """The typed head of an earlier day is compared like any other."""
    write_export(tmp_path / "log", MADE)
    (tmp_path / "typed").write_text(typed(MADE[2].checkpoint))
    held = read_held(tmp_path / "typed")
    assert verify(tmp_path / "log", vault_id=vault_id(MADE), held=[held]).held == (held,)
