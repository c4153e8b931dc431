"""Every byte of an export is proven: no mutation of what proves survives, none of the rest changes a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import AuditError
from tests.audit.exports import files, judge, long_log, write_export
from tests.audit.verifying import PROVEN, SMALL, checked


def mutations(raw: bytes, places):
    """`raw` with one of two bits of a byte changed, or the byte taken out."""
    for at in places:
        yield raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        yield raw[:at] + bytes([raw[at] ^ 0x20]) + raw[at + 1 :]
        yield raw[:at] + raw[at + 1 :]


def survivors(folder: Path, made, name: str, places) -> int:
    """How many mutations at these places of a file both verifiers accept; that they agree is asked for each."""
    raw, accepted = (folder / name).read_bytes(), 0
    for bad in mutations(raw, places):
        (folder / name).write_bytes(bad)
        accepted += judge(folder, made) is None
        if not name.startswith("commits/"):  # heads-only looks at bytes, chain, tree and the last head
            with pytest.raises(AuditError):
                checked(folder, made, heads_only=True)
    (folder / name).write_bytes(raw)
    return accepted


# Every kind of file that an export has: what is full, what is partial, tiles above tiles.
KINDS = (
    "checkpoint",
    "commits/000",
    "commits/001",
    "commits/002.p/3",
    "tile/0/000",
    "tile/0/002.p/3",
    "tile/1/000.p/2",
    "tile/entries/000",
    "tile/entries/002.p/3",
)


WIDE = long_log(100, 400, 13)


def test_the_kinds_of_file_are_all(tmp_path):
    """What the mutations below go through is every file of an export but the two that nobody believes."""
    write_export(tmp_path, WIDE)
    others = {"README", "vkeys.txt", "tile/0/001", "tile/entries/001"}
    assert set(files(tmp_path)) == {*KINDS, *others}
    assert (tmp_path / "commits/001").stat().st_size > 0 and judge(tmp_path, WIDE) is None


@pytest.mark.parametrize("name", KINDS)
def test_no_mutation_of_a_sample_survives(tmp_path, name):
    """Two bit flips and one deletion at the ends of each kind of file and at places between: both refuse all."""
    write_export(tmp_path, WIDE)
    size = (tmp_path / name).stat().st_size
    assert survivors(tmp_path, WIDE, name, sorted({0, size - 1, *range(0, size, size // 4 + 1)})) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_no_mutation_survives(tmp_path, name):
    """Every byte of each kind of file, flipped twice and taken out; of what is long, every third or sixteenth byte."""
    write_export(tmp_path, WIDE)
    size = (tmp_path / name).stat().st_size
    step = 16 if size > 10_000 else 3 if size > 5_000 else 1
    assert survivors(tmp_path, WIDE, name, range(0, size, step)) == 0


@pytest.mark.slow
def test_no_mutation_of_a_small_export_survives(tmp_path):
    """The same at every byte of every file that counts, where an export is small: bundles included."""
    write_export(tmp_path, SMALL)
    for name, raw in files(tmp_path).items():
        if name.startswith(PROVEN):
            assert survivors(tmp_path, SMALL, name, range(len(raw))) == 0
    assert judge(tmp_path, SMALL) is None


@pytest.mark.parametrize("name", ["README", "vkeys.txt"])
def test_no_mutation_of_what_is_for_people_changes_a_verdict(tmp_path, name):
    """The keys are in the log: a list of them beside it can say what it likes, and both verifiers do not look."""
    write_export(tmp_path, SMALL)
    raw = (tmp_path / name).read_bytes()
    for bad in mutations(raw, range(0, len(raw), 61)):
        (tmp_path / name).write_bytes(bad)
        assert judge(tmp_path, SMALL) is None
