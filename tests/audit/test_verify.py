"""Both verifiers find every falsification of an export, and ours names where it begins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from audit.errors import BadExport, BadNote, BadSignature
from tests.audit.exports import SECOND, files, forge, judge, write_export
from tests.audit.verifying import LONG, SMALL, checked


@pytest.fixture(scope="module")
def long_export(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    write_export(folder, LONG)
    return folder


@pytest.mark.parametrize("cut", range(1, len(LONG) + 1))
def test_what_is_exported_verifies(tmp_path, cut):
    """At every length, by both verifiers, with all signatures or the last one only."""
    write_export(tmp_path, LONG[:cut])
    assert judge(tmp_path, LONG) is None
    verdict = checked(tmp_path, LONG)
    assert (verdict.head, verdict.commits, verdict.vault_id) == (
        LONG[cut - 1].checkpoint,
        cut,
        LONG[0].leaves[0],
    )
    last = checked(tmp_path, LONG, heads_only=True)
    assert (last.head, last.commits, last.signer.public) == (verdict.head, None, verdict.signer.public)


def test_all_cores_come_to_the_same_verdict(long_export):
    """Processes share the ranges; what one finds to be bad is reported as if there were one."""
    seen = []
    one = checked(long_export, LONG, progress=lambda *step: seen.append(step))
    assert checked(long_export, LONG, jobs=2) == one
    assert seen[-1] == ("verified", one.head.size, one.head.size)
    assert ("hashed", one.head.size, one.head.size) in seen


def test_a_bad_commit_is_found_by_another_process(tmp_path):
    """The error comes back from the process that finds it, with its entry."""
    bad = [(each.bodies, each.note) for each in LONG]
    bad[-2] = (LONG[-2].bodies, LONG[-2].note.replace(b"\xe2\x80\x94 force", b"\xe2\x80\x94 farce"))
    forge(tmp_path, bad)
    with pytest.raises(BadSignature) as caught:
        checked(tmp_path, LONG, jobs=2)
    assert caught.value.seq == LONG[-2].entries[0].seq


def test_void_events_and_revoked_signers(tmp_path):
    """A void signer event is listed, and what a key signed before its revocation stays good."""
    write_export(tmp_path, SMALL)
    assert judge(tmp_path, SMALL) is None
    verdict = checked(tmp_path)
    assert (verdict.ignored, verdict.signer.id, verdict.commits) == ((4,), "eve", 5)


def test_what_is_for_people_is_not_believed(tmp_path):
    """Neither README nor vkeys.txt changes a verdict, also when a stranger's key stands there."""
    write_export(tmp_path, SMALL)
    (tmp_path / "vkeys.txt").write_text("force.example/vault/7f3a+00000000+AAAA # ada 0 -\n")
    (tmp_path / "README").unlink()
    assert judge(tmp_path, SMALL) is None


def test_a_cosignature_is_ignored(tmp_path):
    """A line by somebody unknown, as a witness adds one, changes nothing."""
    write_export(tmp_path, SMALL)
    path = tmp_path / "checkpoint"
    path.write_bytes(path.read_bytes() + "— witness AAAAAAA=\n".encode())
    assert judge(tmp_path, SMALL) is None
    path.write_bytes(path.read_bytes() + "— witness AAAA\n".encode())
    assert isinstance(judge(tmp_path, SMALL), BadNote)


def test_a_note_has_its_limits(tmp_path):
    """A hundred lines and a million bytes, for both verifiers alike, in a commit's head and in the newest."""
    line = "— witness AAAAAAA=\n".encode()
    commits = [(each.bodies, each.note + line * 99) for each in SMALL]
    forge(tmp_path / "most", commits)
    assert judge(tmp_path / "most", SMALL) is None
    forge(tmp_path / "more", [(SMALL[0].bodies, SMALL[0].note + line * 100), *commits[1:]])
    assert isinstance(judge(tmp_path / "more", SMALL), BadNote)
    write_export(tmp_path / "long", SMALL)
    path = tmp_path / "long" / "checkpoint"
    raw, (before, after) = path.read_bytes(), ("— witness ".encode(), b"\n")
    for size, sound in ((1_000_000, True), (1_000_001, False)):
        fill = size - len(raw) - len(before) - len(after)
        encoded = b"A" * (fill // 4 * 4)
        name = before[:-1] + b"x" * (fill % 4) + b" "
        path.write_bytes(raw + name + encoded + after)
        assert path.stat().st_size == size
        assert (judge(tmp_path / "long", SMALL) is None) == sound


@pytest.mark.parametrize(
    "name", ["checkpoint", "commits/000.p/10", "tile/0/000.p/10", "tile/entries/000.p/10"]
)
def test_a_missing_file_is_named(tmp_path, name):
    """Also one that is no plain file, or longer than it can be."""
    write_export(tmp_path, SMALL)
    path = tmp_path / name
    path.unlink()
    assert name in str(judge(tmp_path, SMALL))
    os.mkfifo(path)
    with pytest.raises(BadExport, match="not a file"):
        checked(tmp_path)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(BadExport, match="longer than it can be"):
        checked(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    """The system's own words stop at the boundary."""
    write_export(tmp_path, SMALL)

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadExport, match="checkpoint cannot be read"):
        checked(tmp_path)


def test_an_upper_tile_is_checked(tmp_path, long_export):
    """Tiles above the leaves must be made of those below, partial or full."""
    write_export(tmp_path, LONG)
    name = next(name for name in files(tmp_path) if name.startswith("tile/1/"))
    raw = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(bytes(32) + raw[32:])
    assert "does not hold the roots" in str(judge(tmp_path, LONG))


def test_a_bundle_has_as_many_entries_as_its_name_says(tmp_path):
    """One too few or too many is found before anything is made of them."""
    write_export(tmp_path, SMALL)
    path = tmp_path / "tile/entries/000.p/10"
    raw, extra = path.read_bytes(), b"\0\2{}"
    first = int.from_bytes(raw[:2])
    for bad in (raw + extra, raw[2 + first :], b""):
        path.write_bytes(bad)
        assert "entries, not 10" in str(judge(tmp_path, SMALL))


def test_the_second_verifier_needs_python_alone(tmp_path):
    """It runs isolated, without site packages, in at most 120 lines."""
    source = Path(SECOND.__file__)
    assert len(source.read_text().splitlines()) <= 120
    write_export(tmp_path, SMALL)
    command = [sys.executable, "-I", "-S", str(source), str(tmp_path)]
    good = subprocess.run([*command, SMALL[0].leaves[0].hex()], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout[:16]) == (0, "OK: 10 entries, ")
    bad = subprocess.run([*command, "00" * 32], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stderr[:5]) == (1, "FAIL:")
