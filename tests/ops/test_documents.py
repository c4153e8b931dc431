"""The document in force is the text that was chosen: today's file judges neither what was nor what is until it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import World
from vault.domain.compliance import Verdict, Weight
from vault.errors import IntegrityError
from vault.ops import compliance, doctor, documents, past
from vault.store import policy_text

NAME, CLAUSE = "norfolk_suffolk", "NS-9.7"
TODAY = policy_text.text(NAME)
HEAD = f'[clauses."{CLAUSE}"]\n'.encode()


def edited(old: bytes, new: bytes) -> bytes:
    """The file as it was before an edit of that one clause."""
    before, found, rest = TODAY.partition(HEAD)
    assert found
    assert old in rest
    return before + found + rest.replace(old, new, 1)


# Earlier it was only asked for, and now it is a duty.
EARLIER = edited(b'strength = "MUST"', b'strength = "SHOULD"')


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A vault that was founded on the earlier text; somebody used their own account then."""
    world = World(tmp_path, profile=NAME, document=EARLIER)
    world.account("x/NorfolkPolice", password="one")
    world.run("record", "add", "own_account.used")
    return world


def forget() -> None:
    """Let this process read every text anew, as another one would."""
    documents._parsed.clear()
    documents._covers.clear()
    documents._installed.cache_clear()


def verdict(found: tuple[Verdict, ...]) -> Verdict:
    return next(one for one in found if one.clause == CLAUSE)


def test_the_text_that_was_chosen_is_in_force(world: World) -> None:
    """What is, is judged by it, by every command, and the other text of the file is named."""
    assert TODAY != EARLIER
    assert str(world.vault.profile.clauses[CLAUSE].strength) == "SHOULD"
    found = compliance.check(world.vault)
    assert verdict(found.verdicts).weight is Weight.ADVISORY
    assert found.changed
    assert found.by_todays_file == ()
    shown = json.loads(world.run("policy", "explain", CLAUSE, "--format", "json").stdout)
    assert shown["strength"] == "SHOULD"
    assert "policy choose" in world.run("policy", "check", ok=False).stderr
    assert json.loads(world.run("policy", "show", "--format", "json").stdout)["name"] == NAME


def test_P_14_the_past_is_judged_by_the_words_of_then(world: World) -> None:  # noqa: N802
    """The new text judges from its choice on: what was done before is not turned into a breach, then or now."""
    size = world.vault.follower.size
    before = compliance.check(world.vault).verdicts
    world.run("policy", "choose", NAME)
    found = compliance.check(world.vault)
    assert [(one.profile, one.same, one.then) for one in found.periods] == [
        (NAME, False, True),
        (NAME, True, True),
    ]
    assert not found.changed
    assert not verdict(found.verdicts).gaps
    assert verdict(found.earlier).weight is Weight.ADVISORY
    world.run("record", "add", "own_account.used")
    assert verdict(compliance.check(world.vault).verdicts).breach
    then = past.look_back(world.vault, size - 1)
    assert compliance.check(then).verdicts == before
    then.close()
    printed = world.run("policy", "check", "--as-of", str(size - 1), "--format", "json", ok=False).stdout
    assert (
        next(one["strength"] for one in json.loads(printed)["clauses"] if one["clause"] == CLAUSE) == "SHOULD"
    )
    world.check()


def test_words_that_are_not_kept(world: World) -> None:
    """Then today's file judges, and that is said; so it is where this release cannot read them."""
    digest = world.vault.state.find("policy")[0]["document"]
    world.vault.shared.drop_blobs([digest])
    forget()
    found = compliance.check(world.vault)
    assert verdict(found.verdicts).breach
    assert found.by_todays_file == (NAME,)
    assert "are not kept here" in world.run("policy", "check", ok=False).stderr
    bad = [one for one in doctor.vault_checks(world.vault) if one.state == doctor.BAD]
    assert any("document of policy.chosen" in one.words for one in bad)
    result = world.run("audit", "verify", "--state", ok=False)
    assert result.exit_code == 6
    assert "document of policy.chosen" in result.stderr


def test_a_text_of_another_release(tmp_path: Path) -> None:
    """A layout that this release does not read stands back for the installation's file."""
    world = World(tmp_path, profile=NAME, document=TODAY.replace(b"\nschema = 1", b"\nschema = 2"))
    found = compliance.check(world.vault)
    assert (found.by_todays_file, found.changed) == ((NAME,), True)
    assert str(world.vault.profile.clauses[CLAUSE].strength) == "MUST"


def test_a_text_that_was_changed_in_the_database(world: World) -> None:
    """Whoever owns the database cannot put other words in force: their hash is in the entry."""
    digest = world.vault.state.find("policy")[0]["document"]
    door = world.vault.shared.door
    world.vault.shared.drop_blobs([digest])
    door.write("INSERT INTO blobs (hash, data) VALUES (:hash, :data)", [{"hash": digest, "data": TODAY}])
    forget()
    with pytest.raises(IntegrityError, match="was changed"):
        _ = world.vault.profile


def test_a_document_that_is_not_installed(tmp_path: Path) -> None:
    """A member who does not have the file has the text that administrators chose."""
    world = World(tmp_path, profile="elsewhere", document=TODAY.replace(b'"norfolk_suffolk"', b'"elsewhere"'))
    assert world.vault.profile.name == "elsewhere"
    assert compliance.check(world.vault).profile == "elsewhere"
    assert world.run("policy", "show").exit_code == 0
