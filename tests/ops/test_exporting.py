"""An auditor gets the log as files, from what this client has verified."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from audit.errors import AuditError, BadProof, Forked
from audit.note import parse_vkey
from audit.proof import check_receipt
from audit.verify import verify
from audit.words import parse_vault_id
from tests.world import World
from vault.ops import exporting
from vault.ops.exporting import export


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_an_export_verifies_with_the_vault_id_alone(world: World, tmp_path: Path) -> None:
    """Also after the vault has grown, when only what is new is written; exporting changes nothing."""
    folder = tmp_path / "export"
    first = export(world.vault, folder)
    world.account("x/NorfolkPolice", password="first one")
    size = world.vault.follower.size
    grown = export(world.vault, folder)
    assert (first.before, grown.before, grown.size) == (0, first.size, size)
    verdict = verify(folder, vault_id=parse_vault_id(" ".join(world.created.words)))
    assert (verdict.head.size, verdict.head.root) == (size, world.vault.follower.head().root)
    assert export(world.vault, folder).files == 0
    assert world.vault.follower.size == size == world.vault.shared.size()
    world.check()


def test_a_changed_database_is_not_exported(world: World, tmp_path: Path) -> None:
    """What the database shows is verified again: a byte changed since the pin stops the export."""
    connection = sqlite3.connect(world.location)
    connection.execute("DROP TRIGGER entries_update")
    connection.execute("UPDATE entries SET body = CAST(replace(body, 'a', 'b') AS BLOB) WHERE seq = 1")
    connection.commit()
    connection.close()
    with pytest.raises(AuditError):
        export(world.vault, tmp_path / "export")
    assert not (tmp_path / "export" / "checkpoint").exists()


def test_the_export_of_another_vault_is_not_continued(world: World, tmp_path: Path) -> None:
    """A directory that holds another history is refused, and stays."""
    other = World(tmp_path / "other", seed="other")
    export(other.vault, tmp_path / "export")
    before = (tmp_path / "export" / "checkpoint").read_bytes()
    with pytest.raises(Forked):
        export(world.vault, tmp_path / "export")
    assert (tmp_path / "export" / "checkpoint").read_bytes() == before


def test_a_receipt_proves_one_entry_with_a_key_alone(world: World) -> None:
    """Receipts of a log across several tiles check with a signer's key; another entry's bytes do not."""
    with world.vault.change() as tx:
        for _ in range(600):
            tx.emit("backup.made", "", size=1)
    keys = [parse_vkey(key.vkey) for key in exporting.signer_keys(world.vault)]
    for seq in (0, 7, 255, 256, 511, 512, world.vault.follower.size - 1):
        text = exporting.receipt(world.vault, seq).encode()
        assert check_receipt(text, vkeys=keys).entry.seq == seq
    other = world.vault.shared.bodies(8, 9)[0]
    with pytest.raises(BadProof):
        check_receipt(exporting.receipt(world.vault, 7).encode(), vkeys=keys, body=other)
