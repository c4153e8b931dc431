"""`audit continue`, `audit lost`, and the question that every other machine is asked once."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path

import pytest

from tests.attacks.insider import AT
from tests.ops.continuing import Force, continued, lose_two, surveyed
from vault.domain.continuing import RESTORED


@pytest.fixture
def force(tmp_path: Path) -> Force:
    """One administrator, a custodian, and two entries that a restore has lost."""
    made = Force(tmp_path, two=False)
    made.size = lose_two(made)
    return made


def test_the_whole_road(force: Force, capsys: pytest.CaptureFixture[str]) -> None:
    """The administrator types how many are lost; the custodian says yes, once; both see what it was."""
    assert force.keyholder("audit", "continue", "--format", "json", home=force.home, answers=("2",)) == 0
    out = capsys.readouterr()
    at = force.size
    assert json.loads(out.out) == {"entry": at, "continued_at": at, "lost": 2, "in_force": True}
    assert out.err.count("lost: entry") == 2
    assert "person.added per-" in out.err
    assert force.keyholder("person", "list", home=force.cal.home, answers=("y",)) == 0
    said = capsys.readouterr()
    assert f"continued from a backup at {at} entries by Ada Byron" in said.err
    assert f"entries {at} to {at + 1} are lost" in said.err
    assert "Una Lost" not in said.out
    assert force.keyholder("person", "list", home=force.cal.home, answers=()) == 0
    assert "continued" not in capsys.readouterr().err
    assert force.keyholder("audit", "lost", "--format", "json", home=force.cal.home) == 0
    assert [row["event"] for row in json.loads(capsys.readouterr().out)] == ["person.added"] * 2
    assert force.keyholder("audit", "continue", home=force.home, answers=()) == 2
    assert "nothing to continue" in capsys.readouterr().err


def test_nobody_is_asked_without_a_terminal(force: Force, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 6, and what to do; no is no, and asked again."""
    continued(force)
    for answers in (None, ("n",), ("",)):
        assert force.keyholder("status", home=force.cal.home, answers=answers) == 6
        said = capsys.readouterr().err
        assert "was continued from a backup" in said
        assert "run `keyholder status` on a terminal" in said
    assert force.keyholder("status", "--no-input", home=force.cal.home, answers=("y",)) == 6
    assert f"by {force.ada}" in capsys.readouterr().err, "without keys there are ids"
    assert force.keyholder("status", home=force.cal.home, answers=("y",)) == 7
    assert force.keyholder("audit", "verify", "--state", home=force.cal.home) == 0


def test_another_number_than_is_lost_changes_nothing(
    force: Force, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is typed, or given; a custodian's is refused."""
    assert force.keyholder("audit", "continue", home=force.home, answers=("1",)) == 2
    assert force.keyholder("audit", "continue", home=force.home) == 2
    assert "--confirm 2" in capsys.readouterr().err
    assert force.keyholder("audit", "continue", "--confirm", "2", home=force.cal.home) == 4
    assert "only an administrator" in capsys.readouterr().err
    assert force.keyholder("audit", "continue", "--confirm", "2", home=force.home) == 0
    assert force.keyholder("audit", "continue", "--confirm", "2", home=force.cal.home) == 0, "as a yes"


def test_two_administrators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first one's waits; the second one runs the same, or is asked afterwards like others."""
    force = Force(tmp_path)
    lose_two(force)
    assert force.bea is not None
    assert force.keyholder("audit", "continue", "--confirm", "2", home=force.home) == 0
    said = capsys.readouterr().err
    assert "another administrator runs `keyholder audit continue`" in said
    entry = re.findall(r"`keyholder confirm (\d+)`", said)[-1]
    assert force.keyholder("confirm", entry, "--yes", home=force.bea.home) == 6, "it had seen more"
    capsys.readouterr()
    assert force.keyholder("audit", "continue", "--confirm", "2", home=force.bea.home) == 0
    assert force.keyholder("status", home=force.cal.home, answers=("y",)) == 7
    assert "too few say so" not in capsys.readouterr().err


def test_a_machine_that_had_seen_no_more_confirms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The other way of the hint: there is nothing to continue there, and the entry is confirmed."""
    force = Force(tmp_path)
    copy = force.copy()
    assert force.bea is not None
    force.person("Una Lost", "4001")
    force.vault.sync()
    force.put_back(copy)
    assert force.keyholder("audit", "continue", "--confirm", str(force_lost(force)), home=force.home) == 0
    entry = re.findall(r"`keyholder confirm (\d+)`", capsys.readouterr().err)[-1]
    assert force.keyholder("audit", "continue", home=force.bea.home, answers=()) == 2
    assert "nothing to continue" in capsys.readouterr().err
    assert force.keyholder("confirm", entry, "--yes", home=force.bea.home) == 0, capsys.readouterr().err


def test_one_word_where_two_are_known_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backup from before there was a second administrator: the first is alone there, and not here."""
    force = Force(tmp_path, two=False)
    copy = force.copy()
    from tests.members import member

    force.bea = member(force, "Bea Cox", "2002", "administrator", folder="bea")
    for number in range(18):
        force.person("New Person", f"40{number:02}")
    force.all_read()
    force.put_back(copy)
    assert force.keyholder("audit", "continue", "--confirm", str(force_lost(force)), home=force.home) == 0
    assert "lost: and " in capsys.readouterr().err, "a long list is cut"
    assert force.keyholder("status", home=force.cal.home, answers=("n",)) == 6
    assert "knows 2 administrators, of whom too few say so" in capsys.readouterr().err
    assert force.keyholder("status", home=force.bea.home, answers=("y",)) == 7
    assert "keys are not in force in the restored log" in capsys.readouterr().err


def test_who_says_so_is_shown_before_an_administrator_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A former administrator continues an old copy in which they are one, alone: nobody takes that by `--confirm`."""
    force = Force(tmp_path, two=False)
    copy = force.copy()
    from tests.members import member

    force.bea = member(force, "Bea Cox", "2002", "administrator", folder="bea")
    with force.bea.vault.change() as tx:
        tx.emit("person.left", force.ada, occurred_at=AT)
    force.put_back(copy)
    found = surveyed(force.bea.vault)
    force.vault.close()
    for end in ("", "-wal", "-shm"):  # her machine forgets what it had seen
        Path(f"{force.home.state}{end}").unlink(missing_ok=True)
    force.vault = force.open(force.home)
    root = b64encode(found.known.root).decode()
    with force.vault.change() as tx:
        tx.emit(RESTORED, "", continued=found.at, size=found.known.size, root=root)
    lost = len(found.lost)
    assert force.keyholder("audit", "continue", "--confirm", str(lost), home=force.bea.home) == 2
    said = capsys.readouterr().err
    assert f"continued from a backup at {found.at} entries by {force.ada};" in said
    assert "knows 1 administrators, of whom nobody says so" in said
    assert "not confirmed in advance" in said
    assert force.keyholder("audit", "continue", home=force.bea.home, answers=(str(lost),)) == 0
    assert "nobody says so" in capsys.readouterr().err


def test_whose_statement_waits_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second administrator confirms somebody's word, by name."""
    force = Force(tmp_path)
    size = lose_two(force)
    assert force.bea is not None
    assert force.keyholder("audit", "continue", "--confirm", "2", home=force.home) == 0
    capsys.readouterr()
    assert force.keyholder("audit", "continue", "--confirm", "2", home=force.bea.home) == 0
    assert f"entry {size} by Ada Byron, which waits, says that the log goes on" in capsys.readouterr().err


def force_lost(force: Force) -> int:
    return len(surveyed(force.vault).lost)


def test_a_log_that_is_broken_as_well_is_refused_as_before(
    force: Force, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked over a log that does not verify; nor where the pin itself is what fits."""
    import sqlite3

    conn = sqlite3.connect(force.location, isolation_level=None)
    triggers = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        conn.execute(f"DROP TRIGGER {name}")
    conn.execute("UPDATE entries SET body = replace(body, 'custodian', 'holder') WHERE seq > 3")
    for _, text in triggers:
        conn.execute(text)
    conn.close()
    assert force.keyholder("status", home=force.cal.home, answers=("y",)) == 6
    said = capsys.readouterr().err
    assert "an older copy was put in its place" in said
