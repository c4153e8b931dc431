"""A restored log goes on: the administrators' statement, the question to whoever had verified more, each refusal."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from audit import b64
from audit.errors import Forked, RolledBack
from tests.members import member
from tests.ops.continuing import Force, continued, insider, lose_two, surveyed, surveyed_head, vault_of
from vault.domain.continuing import RESTORED
from vault.errors import Busy, IntegrityError, Refused
from vault.ops import confirming, continuing, log
from vault.ops.keyring import text
from vault.store.home import Home


@pytest.fixture
def force(tmp_path: Path) -> Force:
    return Force(tmp_path)


def test_two_administrators_and_then_everybody(force: Force) -> None:
    """Waiting, confirmed by the second one whose own pin is newer too, accepted by the third; then work goes on."""
    size = lose_two(force)
    found = surveyed(force.vault)
    assert (found.at, [row["event"] for row in found.lost]) == (size, ["person.added"] * 2)
    assert found.statement is None
    assert continuing.go_on(force.vault, found) == (size, False)
    assert force.bea is not None
    theirs = surveyed(force.bea.vault)
    assert theirs.statement is not None
    assert (theirs.statement.waiting, theirs.statement.by) == (True, (force.ada,))
    assert continuing.go_on(force.bea.vault, theirs) == (size, True)
    third = surveyed(force.cal.vault)
    assert third.statement is not None
    assert third.statement.by == (force.ada, force.bea.person)
    assert not third.short_of_word
    assert continuing.accept(force.cal.vault, third).void == ()
    assert [row["subject"] for row in continuing.list_lost(force.cal.vault)] == [
        r["subject"] for r in third.lost
    ]
    force.vault.sync()
    force.person("Una Lost", "3001")
    for one in force.everybody():
        one.vault.sync()
        assert log.verify(one.vault, compare_state=True).size == force.vault.follower.size
    force.check()


def test_one_administrator_alone_takes_effect_at_once(tmp_path: Path) -> None:
    """And a client that is further in the log by then is asked just the same: the log shown is longer than its pin."""
    force = Force(tmp_path, two=False)
    lose_two(force)
    continued(force)
    for number in range(4):
        force.person("New Person", f"400{number}")
    with pytest.raises(Forked):
        force.cal.vault.sync()
    found = surveyed(force.cal.vault)
    assert found.may_accept
    continuing.accept(force.cal.vault, found)
    force.cal.vault.sync()
    force.check()


def test_a_rollback_without_a_statement_is_refused(force: Force, capsys: pytest.CaptureFixture[str]) -> None:
    """Both heads are shown; a command writes and reads nothing."""
    lose_two(force)
    found = surveyed(force.cal.vault)
    with pytest.raises(IntegrityError, match="no statement"):
        continuing.accept(force.cal.vault, found)
    assert force.keyholder("person", "list", home=force.cal.home, answers=("y",)) == 6
    said = capsys.readouterr().err
    assert b64.encode(found.known.root) in said
    assert b64.encode(found.shown.root) in said


def test_one_of_two_is_not_enough(force: Force, capsys: pytest.CaptureFixture[str]) -> None:
    """What waits explains nothing, and who wrote it cannot confirm it by doing it again."""
    lose_two(force)
    seq, in_force = continuing.go_on(force.vault, surveyed(force.vault))
    assert not in_force
    assert not surveyed(force.cal.vault).may_accept
    assert force.keyholder("person", "list", home=force.cal.home, answers=("y",)) == 6
    assert f"(entry {seq}) waits for a second one" in capsys.readouterr().err
    with pytest.raises(Refused):
        confirming.confirm(force.vault, entry=seq)
    assert not surveyed(force.cal.vault).may_accept


def test_only_an_administrator_of_the_log_shown(force: Force) -> None:
    """A custodian's client does not write it, and where another client writes it all the same it is void."""
    lose_two(force)
    found = surveyed(force.cal.vault)
    with pytest.raises(Refused, match="only an administrator"):
        continuing.go_on(force.cal.vault, found)
    seq = insider(force, force.cal, continued=found.at, size=found.known.size, root=text(found.known.root))
    assert surveyed(force.vault).statement is None
    again = surveyed(force.cal.vault)
    assert (again.statement, again.shown.size) == (None, seq + 1)


@pytest.mark.parametrize("way", ["root", "shorter", "earlier", "later"])
def test_a_statement_of_something_else_explains_nothing(tmp_path: Path, way: str) -> None:
    """Another root at that size, a head that is shorter, another place of parting: refused as if nothing were said."""
    force = Force(tmp_path, two=False)
    start = lose_two(force)
    found = surveyed(force.cal.vault)
    size, root = found.known.size, text(found.known.root)
    insider(force, force.cal, continued=1, size=size, root=root)  # void, and the log grows
    given = {
        "root": {"continued": start, "size": size, "root": text(bytes(32))},
        "shorter": {"continued": start, "size": size - 1, "root": root},
        "earlier": {"continued": start - 1, "size": size, "root": root},
        "later": {"continued": start + 1, "size": size, "root": root},
    }[way]
    admin = force.folder / "ada-again"
    shutil.copytree(force.home.folder, admin)
    (admin / "state.db").unlink()
    vault = force.again(Home(admin))
    vault.sync()
    with vault.change() as tx:
        tx.emit(RESTORED, "", **given)
    vault.close()
    assert surveyed(force.cal.vault).statement is None
    with vault_of(force, admin).change() as tx:
        tx.emit(RESTORED, "", continued=start, size=size, root=root)
    assert surveyed(force.cal.vault).may_accept, "the control: the right words are believed"


def test_a_log_that_differs_before_the_backup_is_refused(tmp_path: Path) -> None:
    """Somebody wrote another history from an earlier copy, and says it was lost only from the later one on."""
    force = Force(tmp_path, two=False)
    early = force.copy()
    force.person("One", "3000")
    start = force.vault.follower.size
    force.person("Two", "3001")
    force.all_read()
    head = surveyed_head(force.cal.vault)
    force.put_back(early)
    admin = force.folder / "ada-again"
    shutil.copytree(force.home.folder, admin)
    (admin / "state.db").unlink()
    vault = vault_of(force, admin)
    world = force.vault
    force.vault = vault
    force.person("Another", "3000")
    force.vault = world
    with vault.change() as tx:
        tx.emit(RESTORED, "", continued=start, **head)
    assert surveyed(force.cal.vault).statement is None


@pytest.mark.parametrize("later", [0, 1, 2])
def test_a_statement_does_not_serve_twice(force: Force, later: int) -> None:
    """Rolled back again to before, within or after the accepted statement: a machine that has it is not asked again."""
    copy, _ = force.copy(), lose_two(force)
    copies = [copy]
    seq = continued(force)
    copies.append(force.copy())
    continuing.accept(force.cal.vault, surveyed(force.cal.vault))
    force.person("New", "4001")
    copies.append(force.copy())
    force.person("Newer", "4002")
    force.all_read()
    force.put_back(copies[later])
    found = surveyed(force.cal.vault)
    assert found.statement is None
    assert (found.shown.size > seq) == (later > 0)
    with pytest.raises(IntegrityError):
        continuing.accept(force.cal.vault, found)


def test_who_had_seen_only_a_part_of_what_is_lost(force: Force) -> None:
    """Their pin lies between the backup and the named head."""
    copy = force.copy()
    force.person("Una Lost", "3001")
    force.cal.vault.sync()
    force.person("Ute Lost", "3002")
    assert force.bea is not None
    force.bea.vault.sync()
    force.put_back(copy)
    continued(force)
    found = surveyed(force.cal.vault)
    assert (len(found.lost), found.may_accept) == (1, True)
    continuing.accept(force.cal.vault, found)


def test_a_second_administrator_who_had_seen_more_says_so_too(force: Force) -> None:
    """The first one's statement does not reach their head: they give their own, and the first one confirms it."""
    copy = force.copy()
    force.person("Una Lost", "3001")
    force.all_read()
    assert force.bea is not None
    force.vault, ada = force.bea.vault, force.vault
    force.person("Ute Lost", "3002")
    force.vault = ada
    force.cal.vault.sync()
    force.put_back(copy)
    continuing.go_on(force.vault, surveyed(force.vault))
    theirs = surveyed(force.bea.vault)
    assert theirs.statement is None
    seq, _ = continuing.go_on(force.bea.vault, theirs)
    force.vault.sync()
    confirming.confirm(force.vault, entry=seq)
    assert surveyed(force.cal.vault).may_accept


def test_statements_that_are_lost_are_given_again(tmp_path: Path) -> None:
    """A second restore loses the first statement: who never answered that one can still be asked."""
    force = Force(tmp_path, two=False)
    copy = force.copy()
    force.person("Una Lost", "3001")
    force.all_read()
    force.put_back(copy)
    continued(force)
    force.person("Ute Lost", "3002")
    force.put_back(copy)
    continued(force)
    found = surveyed(force.cal.vault)
    assert found.may_accept
    continuing.accept(force.cal.vault, found)
    assert force.cal.vault.sync().entries == 0


def test_a_head_held_from_an_invitation_is_given_up_with_the_rest(tmp_path: Path) -> None:
    """Who joined after the backup holds a head of what is lost; their keys are not in the log either."""
    force = Force(tmp_path, two=False)
    copy = force.copy()
    new = member(force, "Dee Eve", "2009", "custodian", folder="dee")
    new.vault.close()
    force.put_back(copy)
    continued(force)
    new.vault = force.again(new.home)
    found = surveyed(new.vault)
    assert (found.may_accept, found.roles) == (True, frozenset())
    continuing.accept(new.vault, found)
    for number in range(20):
        force.person("New Person", f"40{number:02}")
    assert new.vault.sync().entries == 20
    new.vault.close()
    conn = sqlite3.connect(new.home.state)
    conn.execute("CREATE TABLE of_another_release (one)")
    conn.commit()
    conn.close()
    new.vault = force.again(new.home)  # replayed from the first entry
    assert new.vault.state.is_current()
    assert [row["size"] for row in continuing.list_lost(new.vault)] == [found.known.size] * len(found.lost)
    new.vault.close()


def test_what_fits_needs_no_statement(force: Force) -> None:
    """A log that extends the pin, and a machine without one."""
    assert continuing.survey(force.vault) is None
    force.vault.state.drop("pin", one=1)
    assert continuing.survey(force.vault) is None


def test_another_command_that_was_quicker_wins(tmp_path: Path) -> None:
    """What was surveyed is not what is there any more: nothing is done twice."""
    force = Force(tmp_path, two=False)
    lose_two(force)
    continued(force)
    found = surveyed(force.cal.vault)
    continuing.accept(force.again(force.cal.home), found)
    with pytest.raises(Busy):
        continuing.accept(force.cal.vault, found)
    assert force.cal.vault.sync().entries == 0


def test_a_log_that_changes_under_the_answer_is_refused(tmp_path: Path) -> None:
    """Between the question and the answer the file is rolled back once more: nothing moves."""
    force = Force(tmp_path, two=False)
    copy, _ = force.copy(), lose_two(force)
    continued(force)
    found = surveyed(force.cal.vault)
    before = force.cal.vault.state.pin()
    force.put_back(copy)
    with pytest.raises(RolledBack):
        continuing.accept(force.cal.vault, found)
    assert force.cal.vault.state.pin() == before
    assert continuing.list_lost(force.cal.vault) == []
