"""A witness reads an export: it cosigns what continues what it saw last, and nothing else."""

from __future__ import annotations

import shutil

import pytest

from audit import b64, cosignature, note
from audit.errors import AuditError, BadChain, BadExport, Declined, Forked, RolledBack
from audit.verify import read_held, verify
from audit.witness import Unknown
from audit.words import parse_vault_id
from tests.audit.exports import long_log, vault_id, write_export
from tests.audit.given import EVE, ORIGIN
from tests.audit.witnesses import (
    MADE,
    NAME,
    NOON,
    fork,
    head_of,
    introduce,
    key_of,
    request,
    witness,
)


def test_first_contact_needs_the_vault_id(tmp_path):
    """Without it nothing is cosigned, with another one neither, and nothing is remembered."""
    found, folder = witness(tmp_path / "w"), tmp_path / "log"
    write_export(folder, MADE)
    with pytest.raises(Unknown):
        found.read(folder)
    with pytest.raises(BadChain, match="another vault"):
        found.read(folder, parse_vault_id("11" * 32))
    assert found.known() == []
    line = found.read(folder, vault_id(MADE))
    assert note.parse_lines(line.encode())[0].name == NAME
    assert head_of(found) == (MADE[-1].checkpoint.size, MADE[-1].checkpoint.root)


def test_it_goes_on_where_it_stood(one, tmp_path):
    """The grown export needs no vault id; only what is new is read; the cosigned note is one for every tool."""
    shutil.copytree(tmp_path / "first", tmp_path / "grown")
    write_export(tmp_path / "grown", MADE)
    line = one.read(tmp_path / "grown")
    whole = one.latest(one._path(ORIGIN).stem)
    assert whole == MADE[-1].note.decode() + line
    assert cosignature.cosigners(whole.encode(), [key_of(one)])[0].at == NOON
    (tmp_path / "cosigned").write_text(whole)
    held = read_held(tmp_path / "cosigned")
    assert verify(tmp_path / "grown", vault_id=vault_id(MADE), held=[held]).held == (held,)
    with pytest.raises(BadChain, match="another vault"):
        one.read(tmp_path / "grown", parse_vault_id("11" * 32))


def test_commits_over_several_bundles(tmp_path):
    """Commits that begin in one bundle and end in another, read in two goes, also from a full bundle on."""
    made = long_log(200, 54, 300, 300, 3)
    for stops in ((1, 2, 3, 4, 5, 6), (3, 6), (4, 5)):
        found = witness(tmp_path / f"w{stops}")
        for stop in stops:
            introduce(found, tmp_path / f"log{stops}", made[:stop])
            assert head_of(found) == (made[stop - 1].checkpoint.size, made[stop - 1].checkpoint.root)


def test_the_same_head_again_is_cosigned_at_a_later_time(one, tmp_path):
    """A vault in which nothing happens can show that its newest head is fresh."""
    one._clock.at += 60
    one.read(tmp_path / "first")
    assert one.known()[0].at == NOON + 60


def test_a_clock_that_goes_back_cosigns_nothing(one, tmp_path):
    """A head would seem older than one before it."""
    one._clock.at -= 1
    with pytest.raises(Declined, match="clock"):
        one.read(tmp_path / "first")


def test_a_rollback_is_refused_with_both_heads(one, tmp_path):
    """An older export, rightly signed: what was cosigned is not in it."""
    write_export(tmp_path / "old", MADE[:2])
    before = head_of(one)
    with pytest.raises(RolledBack) as caught:
        one.read(tmp_path / "old")
    assert MADE[3].note.decode() in str(caught.value)
    assert MADE[1].note.decode() in str(caught.value)
    assert head_of(one) == before


def test_a_fork_is_refused_with_both_heads_and_kept(one, tmp_path):
    """Another history, rightly signed, longer or of the same size: both heads are shown and kept as evidence."""
    before = head_of(one)
    for place, other in enumerate((fork(MADE, 3, 8, 9), fork(MADE, 3, 8, 9, 10))):
        write_export(tmp_path / f"fork{place}", other)
        with pytest.raises(Forked) as caught:
            one.read(tmp_path / f"fork{place}")
        assert caught.value.ours == MADE[3].note.decode() + caught.value.ours.splitlines(keepends=True)[-1]
        assert caught.value.theirs == other[-1].note.decode()
    kept = [path.read_text() for path in sorted((one.folder / "evidence").iterdir())]
    assert len(kept) == 2
    assert all(MADE[3].note.decode() in text for text in kept)
    assert head_of(one) == before


def test_a_fork_after_what_was_read_is_found_too(one, tmp_path):
    """What was cosigned on a request, the export must hold."""
    one.add_checkpoint(request(MADE, old=one.known()[0].size))
    other = fork(MADE, 4, 7, 8)
    write_export(tmp_path / "fork", other)
    with pytest.raises(Forked) as caught:
        one.read(tmp_path / "fork")
    assert MADE[-1].note.decode() in caught.value.ours
    assert caught.value.theirs == other[-1].note.decode()
    write_export(tmp_path / "short", MADE[:4])
    with pytest.raises(RolledBack):
        one.read(tmp_path / "short")


def test_a_damaged_export_is_no_fork(one, tmp_path):
    """Nobody is accused whose key has not signed: another history under a strange key is damage or forgery."""
    other = fork(MADE, 3, 8, 9)
    folder = tmp_path / "forged"
    write_export(folder, other)
    head = other[-1].checkpoint
    forged = EVE.sign(head.text())  # eve is a signer; the name is right, the key id is a stranger's
    strange = note.signature_line(ORIGIN, bytes.fromhex("aa" * 32), forged)
    (folder / "checkpoint").write_bytes(head.text() + b"\n" + strange.encode())
    with pytest.raises(BadChain, match="damaged, or forged"):
        one.read(folder)
    assert not (one.folder / "evidence").exists()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tile/entries/000.p/10", b'"n":3', b'"n":9'),
        ("commits/000.p/10", b"\n10\n", b"\n11\n"),
        ("checkpoint", b"\n10\n", b"\n9\n"),
    ],
)
def test_a_changed_export_is_not_cosigned(tmp_path, name, old, new):
    """Entries, heads of commits, and the newest head: each is verified."""
    found, folder = witness(tmp_path / "w"), tmp_path / "log"
    write_export(folder, MADE)
    path = folder / name
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(AuditError):
        found.read(folder, vault_id(MADE))
    assert found.known() == []


def test_a_head_that_no_commit_has_is_not_cosigned(tmp_path):
    """The newest head must be that of the last commit, and a commit must reach to it."""
    found, folder = witness(tmp_path / "w"), tmp_path / "log"
    write_export(folder, MADE)
    (folder / "checkpoint").write_bytes(MADE[-1].note.replace(b"\n10\n", b"\n9\n"))
    with pytest.raises(BadExport):
        found.read(folder, vault_id(MADE))
    head = MADE[-1].note.decode().split("\n")
    head[2] = b64.encode(bytes(32))
    (folder / "checkpoint").write_text("\n".join(head))
    with pytest.raises(BadChain, match="not that of the last commit"):
        found.read(folder, vault_id(MADE))
    (folder / "checkpoint").write_bytes(MADE[-1].note)
    path = folder / "commits/000.p/10"
    path.write_bytes(path.read_bytes()[: -2 - len(MADE[-1].note)])
    with pytest.raises(BadChain, match="no signed head"):
        found.read(folder, vault_id(MADE))
