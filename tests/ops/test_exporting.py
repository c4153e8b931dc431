"""An auditor gets the log as files, from what this client has verified."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from audit.errors import AuditError, Forked
from audit.verify import verify
from audit.words import parse_vault_id
from tests.world import World
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
