"""Killed while a restored log is gone on with: it asks again, or it is done."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.crash import Left, Plug
from tests.ops.continuing import Force, continued, lose_two, surveyed
from vault.ops import continuing, log
from vault.ops.session import Vault
from vault.store.home import Home


@pytest.fixture
def force(tmp_path: Path) -> Force:
    return Force(tmp_path)


def test_killed_anywhere_it_asks_again_or_is_done(tmp_path: Path) -> None:
    """Register, pin and what is kept aside move together: half of them is never there."""
    force = Force(tmp_path, two=False)
    lose_two(force)
    continued(force)
    force.cal.vault.close()
    start = tmp_path / "start"
    points: list[str] = []

    def go(folder: Path, **given: Any) -> Plug:
        shutil.copytree(start, folder)
        left = Left(folder, clock=force.clock, seed="crash")
        with Plug(folder, left=tmp_path / f"left-{folder.name}", **given) as plug:
            vault = Vault.open(
                Home(folder / "cal"), clock=force.clock, random=force.dice, location=left.location
            )
            found = continuing.survey(vault)
            assert found is not None
            continuing.accept(vault, found)
        return plug

    shutil.copytree(force.folder, start, ignore=shutil.ignore_patterns("start"))
    points = go(tmp_path / "counted").points
    assert any("COMMIT" in point for point in points)
    ends = set()
    for at in range(len(points)):
        for after in (False, True):
            plug = go(tmp_path / f"at-{at}-{after}", at=at, after=after)
            ends.add(_asked_again(force, plug.left))
    assert ends == {True, False}


def _asked_again(force: Force, folder: Path) -> bool:
    """Open what a dead process left; whether it still has to be asked. Either way it ends in the same place."""
    vault = Vault.open(
        Home(folder / "cal"), clock=force.clock, random=force.dice, location=str(folder / "vault.db")
    )
    found = continuing.survey(vault)
    if found is not None:
        assert (found.may_accept, continuing.list_lost(vault)) == (True, [])
        continuing.accept(vault, found)
    assert vault.sync().entries == 0
    assert len(continuing.list_lost(vault)) == 2
    log.verify(vault, compare_state=True)
    vault.close()
    return found is not None


def test_killed_between_the_statement_and_the_own_pin(tmp_path: Path) -> None:
    """The statement is in the log, the administrator's machine still stands where it was: it is asked like others."""
    force = Force(tmp_path, two=False)
    lose_two(force)
    found = surveyed(force.vault)

    class Died(Exception):
        pass

    def dies() -> None:
        raise Died

    force.vault.after_commit = dies
    with pytest.raises(Died):
        continuing.go_on(force.vault, found)
    again = surveyed(force.vault)
    assert again.may_accept
    continuing.accept(force.vault, again)
    force.check()
