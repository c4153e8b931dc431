"""An export holds the whole log, grows by what is new, and survives a crash at every step."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from audit.errors import AuditError, BadExport, Forked, RolledBack
from audit.export import export
from audit.follow import Follower
from audit.verify import verify
from tests.audit.exports import files, log_of, long_log, small_log, vault_id, write_export
from tests.audit.given import feed, genesis, note_of, write

LONG = long_log(3, 250, 1, 1, 254, 1, 700, 30)


def test_a_small_export_has_these_files(tmp_path):
    """Names follow from the size of the log; every commit's head is kept, and every key that ever signed."""
    made = small_log()
    done = write_export(tmp_path, made)
    found = files(tmp_path)
    assert sorted(found) == [
        "README",
        "checkpoint",
        "commits/000.p/10",
        "tile/0/000.p/10",
        "tile/entries/000.p/10",
        "vkeys.txt",
    ]
    assert (done.before, done.size, done.root, done.files) == (0, 10, made[-1].checkpoint.root, 6)
    assert found["checkpoint"] == made[-1].note
    assert found["commits/000.p/10"] == b"".join(len(each.note).to_bytes(2) + each.note for each in made)
    assert found["tile/0/000.p/10"] == b"".join(leaf for each in made for leaf in each.leaves)
    keys = found["vkeys.txt"].decode().splitlines()
    assert [line.split(" # ")[1] for line in keys[1:]] == ["ada 0 -", "bea 1 8", "eve 6 -"]


@pytest.mark.parametrize("cut", range(1, len(LONG) + 1))
def test_an_incremental_export_equals_a_fresh_one(tmp_path, cut):
    """Byte for byte and name for name, wherever the log was cut; a repeated export writes nothing."""
    write_export(tmp_path / "grown", LONG[:cut])
    grown = write_export(tmp_path / "grown", LONG)
    assert grown.before == LONG[cut - 1].checkpoint.size
    write_export(tmp_path / "fresh", LONG)
    assert files(tmp_path / "grown") == files(tmp_path / "fresh")
    assert write_export(tmp_path / "grown", LONG).files == 0


def test_only_what_is_new_is_written(tmp_path):
    """Full tiles and bundles of the first export are not touched by the second."""
    write_export(tmp_path, LONG[:-1])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    grown = write_export(tmp_path, LONG)
    kept = [path for path, at in before.items() if path.exists() and path.stat().st_mtime_ns == at]
    assert {path.relative_to(tmp_path).as_posix() for path in kept} >= {"tile/0/000", "tile/entries/003"}
    assert grown.files == 4  # entries, heads, leaves, and the newest head


def test_a_head_newer_than_the_one_verified_is_left_for_the_next_time(tmp_path):
    """What was written while the export ran is not exported unverified."""
    whole = log_of(LONG)
    first = log_of(LONG[:3])
    assert export(replace(first, commits_after=whole.commits_after), tmp_path).size == LONG[2].checkpoint.size


def test_another_history_is_refused(tmp_path):
    """An export of a fork, of a longer log, or of another log is not touched."""
    forked = Follower.start()
    feed(forked, *LONG[:2])
    other = [*LONG[:2], write(forked, note_of(99))]
    write_export(tmp_path, other)
    before = files(tmp_path)
    with pytest.raises(Forked) as caught:
        write_export(tmp_path, LONG)
    assert caught.value.theirs == other[-1].note.decode()
    with pytest.raises(RolledBack):
        write_export(tmp_path, LONG[:2])
    with pytest.raises(Forked):
        write_export(tmp_path, [write(Follower.start(), genesis(more="x"), *[note_of(n) for n in range(9)])])
    assert files(tmp_path) == before


def test_a_log_that_does_not_reach_its_head_is_refused(tmp_path):
    """The database must give every commit up to the head that was verified."""
    log = log_of(LONG)
    with pytest.raises(RolledBack):
        export(replace(log, commits_after=log_of(LONG[:3]).commits_after), tmp_path)
    assert not (tmp_path / "checkpoint").exists()
    write_export(tmp_path, LONG)


def test_an_unverified_commit_does_not_get_in(tmp_path):
    """A head that its author has not signed stops the export before the checkpoint."""
    bad = [*LONG[:1], LONG[1]._replace(note=LONG[1].note.replace(b"\n", b"\n\n", 1))]
    with pytest.raises(AuditError):
        export(replace(log_of(LONG), commits_after=lambda _: [(5, "bea", bad[1].note, [])]), tmp_path)
    assert not (tmp_path / "checkpoint").exists()


def test_a_directory_of_somebody_else_is_left_alone(tmp_path):
    """Neither another program's files nor another README are written over."""
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadExport, match="not an export"):
        write_export(tmp_path, LONG)
    (tmp_path / "README").write_text("mine too")
    with pytest.raises(BadExport):
        write_export(tmp_path, LONG)
    assert set(files(tmp_path)) == {"thesis.txt", "README"}


def test_a_damaged_right_edge_is_refused(tmp_path):
    """What would be built on must be what the directory's own head was signed over."""
    write_export(tmp_path, LONG[:2])
    path = tmp_path / "tile/0/000.p/5"
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    with pytest.raises(BadExport, match="verify it first"):
        write_export(tmp_path, LONG)


class Crash(Exception):
    """The power goes out."""


@pytest.mark.parametrize("step", range(1, 40))
def test_a_crash_leaves_the_old_log_or_the_new_one(tmp_path, monkeypatch, step):
    """Before and after every file that is put in place, and before every one removed; the next export mends it."""
    old, new = LONG[:3], LONG
    write_export(tmp_path / "log", old)
    left = [step]

    def crashing(real):
        def call(*args, **kwargs):
            left[0] -= 1
            if left[0] == 0:
                raise Crash
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crashing(Path.replace))
        patch.setattr(Path, "unlink", crashing(Path.unlink))
        patch.setattr(os, "fsync", crashing(os.fsync))
        try:
            write_export(tmp_path / "log", new)
        except Crash:
            pass
        else:
            assert left[0] > 0
    shown = verify(tmp_path / "log", vault_id=vault_id(new))
    assert shown.head in (old[-1].checkpoint, new[-1].checkpoint)
    write_export(tmp_path / "log", new)
    write_export(tmp_path / "fresh", new)
    assert files(tmp_path / "log") == files(tmp_path / "fresh")


def test_names_that_are_not_ours_stay(tmp_path):
    """What an auditor put beside the log is not swept away; a draft of ours is."""
    write_export(tmp_path, LONG[:2])
    (tmp_path / "tile/0/notes.p").mkdir()
    (tmp_path / "tile/0/notes.p/1").write_text("mine")
    (tmp_path / "checkpoint.new").write_text("half")
    write_export(tmp_path, LONG)
    assert (tmp_path / "tile/0/notes.p/1").exists()
    assert not (tmp_path / "checkpoint.new").exists()
