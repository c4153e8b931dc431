"""`keyholder passphrase change`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.ceremonies import Desk
from tests.world import PASSPHRASE, World

NEW = "seven warm brown otters sing"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    World(tmp_path).vault.close()
    return Desk(tmp_path)


def test_the_new_passphrase_opens_and_the_old_one_does_not(desk: Desk) -> None:
    """From a file of one's own, checked; the log does not change."""
    desk.run("passphrase", "change", "--new", f"@{desk.secret(NEW)}")
    desk.run("person", "list", passphrase=NEW)
    assert desk.run("person", "list", code=5).stdout == ""


def test_six_words_are_drawn(desk: Desk) -> None:
    """Without one's own, six words, shown once."""
    shown = json.loads(desk.run("passphrase", "change", "--to-pipe", "--format", "json").stdout)
    desk.run("person", "list", passphrase=shown["passphrase"])


def test_a_weak_one_or_a_wrong_old_one_changes_nothing(desk: Desk) -> None:
    """The old passphrase still opens."""
    assert desk.run("passphrase", "change", "--new", f"@{desk.secret('ada ada ada ada')}", code=2)
    desk.run("passphrase", "change", "--new", f"@{desk.secret(NEW)}", passphrase="wrong", code=5)
    desk.run("passphrase", "change", code=2)
    desk.run("person", "list", passphrase=PASSPHRASE)
