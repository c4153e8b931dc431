"""Cosignatures in an export: worth something with the witnesses' keys, from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit import note
from audit.__main__ import main
from audit.export import export
from audit.witness_store import Witness
from tests.audit.exports import log_of, small_log, write_export
from tests.audit.given import on_paper
from tests.audit.witnesses import SEED, Seconds, introduce, witness

MADE = small_log()
ID = MADE[0].leaves[0].hex()


@pytest.fixture
def two(tmp_path):
    """Two witnesses; the first has cosigned the head of 9 entries, the second nothing."""
    one = witness(tmp_path / "w1")
    introduce(one, tmp_path / "early", MADE[:4])
    other = Witness.create(tmp_path / "w2", name="witness/2", seed=SEED[::-1][:31] + b"x", clock=Seconds())
    cosigned = one.latest(one._path(one.known()[0].origin).stem).encode()
    export(replace(log_of(MADE), cosigned=cosigned), tmp_path / "log")
    return one, other, tmp_path / "log"


def run(folder: Path, *words: str) -> int:
    return main(["verify", str(folder), "--vault-id", ID, *words])


def test_a_cosigned_head_in_the_export_counts_with_its_key(two, capsys):
    """It is a head from outside then, and only then; its time is said."""
    one, _, folder = two
    assert run(folder) == 0
    assert "No head from elsewhere" in capsys.readouterr().out
    assert run(folder, "--witness", one.vkey) == 0
    said = capsys.readouterr().out
    assert "held      9 entries, the export's cosigned: agrees" in said
    assert f"cosigned  9 entries, {one.key.name}, at 2026-11-" in said
    assert "whole log beyond entry 8" in said


def test_all_that_are_named_or_a_quorum(two, capsys):
    """A witness that has cosigned nothing is missed, unless fewer suffice."""
    one, other, folder = two
    assert run(folder, "--witness", one.vkey, other.vkey) == 6
    assert "not witness/2" in capsys.readouterr().out
    assert run(folder, "--witness", one.vkey, other.vkey, "--quorum", "1") == 0
    other.read(folder, None) if other.known() else introduce(other, folder.parent / "all", MADE)
    (folder / "checkpoint").write_text(other.latest(other._path(other.known()[0].origin).stem))
    capsys.readouterr()
    assert run(folder, "--witness", one.vkey, "--witness", other.vkey) == 0
    said = capsys.readouterr().out
    assert "cosigned  10 entries, witness/2" in said
    assert "whole up to the newest of them" in said


def test_the_furthest_of_several_counts(two, tmp_path, capsys):
    """A held head with the witness's line, older than the export's; a typed one has nobody's line."""
    one, _, folder = two
    early = witness(tmp_path / "again")
    introduce(early, tmp_path / "first", MADE[:2])
    held = tmp_path / "held"
    held.write_text(early.latest(early._path(early.known()[0].origin).stem))
    (tmp_path / "typed").write_text("\n".join(on_paper(MADE[3].checkpoint)))
    assert run(folder, "--witness", one.vkey, "--held", str(held), str(tmp_path / "typed")) == 0
    said = capsys.readouterr().out
    assert said.count("agrees") == 3
    assert said.count("cosigned  ") == 1
    assert "cosigned  9 entries" in said
    introduce(one, tmp_path / "all", MADE)
    held.write_text(one.latest(one._path(one.known()[0].origin).stem))
    assert run(folder, "--witness", one.vkey, "--held", str(held)) == 0
    assert "cosigned  10 entries" in capsys.readouterr().out


def test_a_false_line_is_not_passed_over(two, capsys):
    """By a trusted witness, over another text: exit code 6. A cosigned head of another history: a fork."""
    one, _, folder = two
    text = (folder / "cosigned").read_text()
    (folder / "cosigned").write_text(text.replace("\n9\n", "\n8\n"))
    assert run(folder, "--witness", one.vkey) == 6
    assert run(folder) == 0, "without a witness's key nobody looks at it"
    (folder / "cosigned").unlink()
    assert run(folder, "--witness", one.vkey) == 6
    assert "0 of the witnesses" in capsys.readouterr().out


def test_usage(two, capsys):
    """A log's key is no witness's, nonsense is no key, a quorum is of those named."""
    one, _, folder = two
    log_key = note.vkey("a", one.key.public)
    for words in (
        ("--witness", log_key),
        ("--witness", "nonsense"),
        ("--witness", one.vkey, "--quorum", "2"),
        ("--witness", one.vkey, "--quorum", "0"),
        ("--quorum", "1"),
    ):
        assert run(folder, *words) == 2
        assert capsys.readouterr().err.startswith("audit: ")


def test_a_second_export_keeps_the_newest(two):
    """The file is written once, and again when there is a newer one; an export without one has none."""
    one, _, folder = two
    before = (folder / "cosigned").read_bytes()
    write_export(folder, MADE)
    assert (folder / "cosigned").read_bytes() == before
    newer = before.replace(b"witness/", b"other/")
    assert export(replace(log_of(MADE), cosigned=newer), folder).files == 1
    assert (folder / "cosigned").read_bytes() == newer
    assert one.known()
