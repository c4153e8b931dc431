"""invite, join, admit, confirm, recover, recovery: as they are typed, on machines of their own."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from socket import gethostname
from typing import Any

import pytest

from tests.cli.ceremonies import Desk
from tests.cli.scripted import ScriptedTty
from tests.ops.members import member
from tests.world import World
from vault.store.home import Home


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world.folder, clock=world.clock, dice=world.dice)


def ask(desk: Desk, *args: str, **more: Any) -> Any:
    return json.loads(desk.run(*args, "--format", "json", **more).stdout)


def invite(desk: Desk, person: str, *roles: str, name: str = "carried") -> str:
    path = desk.folder / name
    desk.run("invite", person, *(word for role in roles for word in ("--role", role)), "--out", str(path))
    return str(path)


def test_invite_join_admit_and_the_next_command_works(world: World, desk: Desk) -> None:
    """The whole way, through the inbox, with the tenth word typed by the administrator."""
    world.person("Bob Stone", "2001")
    path = invite(desk, "2001", "custodian", "auditor")
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    joined = ask(desk, "join", path, "--name-machine", "Bob laptop", home="bob")
    words = joined["key_words"].split()
    assert len(words) == 10
    tty = ScriptedTty(words[-1])
    admitted = desk.run("admit", tty=tty)
    assert " ".join(words[:-1]) in admitted.stderr
    assert words[-1] not in admitted.stderr
    assert [p["name"] for p in ask(desk, "person", "list", home="bob")] == ["Ada Byron", "Bob Stone"]
    assert ask(desk, "person", "show", "2001", home="bob")["roles"] == ["auditor", "custodian"]
    assert desk.run("admit", code=2)
    world.check()


def test_the_wrong_word_admits_nobody(world: World, desk: Desk) -> None:
    """Whoever compares nothing, or hears another word, admits nobody; --words-compared is said by name."""
    world.person("Bob Stone", "2001")
    desk.run("join", invite(desk, "2001", "auditor"), "--out", str(desk.folder / "request"), home="bob")
    request = str(desk.folder / "request")
    assert "somebody else's keys" in desk.run("admit", request, tty=ScriptedTty("wrong"), code=4).stderr
    assert "--words-compared" in desk.run("admit", request, "--no-input", code=2).stderr
    assert desk.run("person", "list", home="bob", code=4)
    desk.run("admit", request, "--words-compared", "--no-input")
    desk.run("person", "list", home="bob")
    world.check()


def test_one_of_several_requests_is_named(world: World, desk: Desk) -> None:
    """With more than one in the inbox the person must be said."""
    for name, collar in (("Bob Stone", "2001"), ("Eve Hall", "3001")):
        world.person(name, collar)
        desk.run("join", invite(desk, collar, "auditor", name=f"for-{collar}"), home=collar)
    several = desk.run("admit", "--words-compared", code=2)
    assert "Bob Stone" in several.stderr and "Eve Hall" in several.stderr
    desk.run("admit", "--person", "3001", "--words-compared")
    assert ask(desk, "person", "show", "3001")["roles"] == ["auditor"]
    assert ask(desk, "person", "show", "2001")["roles"] == []


def test_a_generated_passphrase_for_the_new_machine(world: World, desk: Desk) -> None:
    """Six words, shown once, that open the new home; without a way to show them no home is made."""
    world.person("Bob Stone", "2001")
    path = invite(desk, "2001", "auditor")
    desk.run("join", path, home="bob", passphrase=None, code=2)
    assert not Home(desk.folder / "bob").exists()
    shown = ask(desk, "join", path, "--to-pipe", home="bob", passphrase=None)
    desk.run("admit", "--words-compared")
    desk.run("person", "list", home="bob", passphrase=shown["passphrase"])


def test_files_that_are_not_invitations(world: World, desk: Desk) -> None:
    """A picture, an empty file, no file; an existing output is not overwritten, and then no invitation is made."""
    (desk.folder / "picture").write_bytes(b"\xff\xd8\xff")
    (desk.folder / "empty").touch()
    for name in ("picture", "empty"):
        desk.run("join", str(desk.folder / name), home="bob", code=2)
    desk.run("join", str(desk.folder / "nowhere"), home="bob", code=1)
    world.person("Bob Stone", "2001")
    size = world.vault.shared.size()
    desk.run("invite", "2001", "--role", "auditor", "--out", str(desk.folder / "empty"), code=1)
    assert world.vault.shared.size() == size
    desk.run("invite", "2001", "--out", str(desk.folder / "new"), code=2)
    assert not (desk.folder / "new").exists()


def test_a_vault_out_of_reach_needs_a_file(world: World, desk: Desk) -> None:
    """Without the database the request must go to a file; the home then holds the invitation's head."""
    world.person("Bob Stone", "2001")
    path, nowhere = invite(desk, "2001", "auditor"), str(desk.folder / "away.db")
    assert "--out" in desk.run("join", path, home="bob", vault=nowhere, code=2).stderr
    desk.run("join", path, "--out", str(desk.folder / "request"), home="bob", vault=nowhere)
    desk.run("admit", str(desk.folder / "request"), "--words-compared")
    desk.run("person", "list", home="bob", vault=world.location)


def test_rekey_by_the_command_line(world: World, desk: Desk) -> None:
    """`person rekey` ends the old keys when the new ones are admitted."""
    world.person("Bob Stone", "2001")
    desk.run("join", invite(desk, "2001", "custodian"), home="old")
    desk.run("admit", "--words-compared")
    desk.run("person", "rekey", "2001", "--out", str(desk.folder / "again"))
    desk.run("join", str(desk.folder / "again"), home="new")
    assert "older keys end: 1" in desk.run("admit", "--words-compared").stderr
    desk.run("person", "list", home="new")
    assert len(ask(desk, "person", "show", "2001")["keysets"]) == 1
    desk.run("person", "add", "--name", "x", home="old", code=4)
    world.check()


def test_confirm_shows_and_confirms(world: World, desk: Desk) -> None:
    """Without an entry what waits is shown; with one another administrator's word is given."""
    for name, collar in (("Bob Stone", "2001"), ("Eve Hall", "3001")):
        world.person(name, collar)
        desk.run("join", invite(desk, collar, "administrator", name=f"for-{collar}"), home=collar)
        told = desk.run("admit", "--words-compared").stderr
    assert "another administrator runs `keyholder confirm" in told
    (waiting,) = ask(desk, "confirm")
    assert (waiting["about"], waiting["by"]) == ("Eve Hall", "Ada Byron")
    desk.run("confirm", str(waiting["entry"]), "--yes", code=4)
    entry, (words,) = str(waiting["entry"]), waiting["key_words"]
    wrong = desk.run("confirm", entry, home="2001", tty=ScriptedTty("wrong"), code=4)
    assert "somebody else's keys" in wrong.stderr and ask(desk, "confirm") == [waiting]
    told = desk.run("confirm", entry, home="2001", tty=ScriptedTty(words.split()[-1]))
    assert "confirm nothing beside" not in told.stderr
    assert ask(desk, "confirm") == []
    assert ask(desk, "person", "show", "3001")["roles"] == ["administrator"]
    desk.run("confirm", "1", code=3)
    world.check()


ROOT = base64.b64encode(bytes(range(32))).decode()
ASKS: dict[str, dict[str, Any]] = {
    "policy.chosen": {"profile": "west_midlands_facebook", "document": ROOT},
    "log.restored": {"continued": 5, "size": 9999, "root": ROOT},
}


@pytest.mark.parametrize("event", ASKS)
def test_nobody_confirms_what_they_were_not_shown(world: World, desk: Desk, event: str) -> None:
    """Every field of what waits is in the list, and shown again and asked about before it is confirmed."""
    member(world, "Bob Stone", "2001", "administrator")
    with world.vault.change() as tx:
        entry = str(tx.emit(event, **ASKS[event]))
    (waiting,) = ask(desk, "confirm", home="2001")
    fields = [f"{name} {value}" for name, value in ASKS[event].items()]
    assert all(field in waiting["asks_for"] for field in fields)
    unseen = desk.run("confirm", entry, home="2001", code=2)
    assert "confirm entry" in unseen.stderr and "--yes" in unseen.stderr
    refused = desk.run("confirm", entry, home="2001", tty=ScriptedTty("n"), code=2)
    assert "was not confirmed" in refused.stderr and ask(desk, "confirm", home="2001") == [waiting]
    shown = desk.run("confirm", entry, home="2001", tty=ScriptedTty("y")).stderr
    assert all(field in shown for field in fields) and "by Ada Byron" in shown
    assert ask(desk, "confirm", home="2001") == []
    world.check()


def test_who_saw_a_new_kit_is_named_to_whoever_confirms_it(world: World, desk: Desk) -> None:
    """By name, as everywhere: an id tells the second administrator nothing."""
    member(world, "Bob Stone", "2001", "administrator")
    desk.run("recovery", "renew", "--to-pipe")
    (waiting,) = ask(desk, "confirm", home="2001")
    assert waiting["asks_for"] == "seen by Ada Byron"


def test_recover_on_a_fresh_machine(world: World, desk: Desk) -> None:
    """The kit's lines from the terminal or a file, the vault's words with them; then everything works again."""
    words = " ".join(world.created.words)
    desk.run("recover", "1815", home="new", code=2)
    desk.run("recover", home="new", vault=world.location, code=2)
    tty = ScriptedTty(words, *world.created.kit)
    told = desk.run("recover", "1815", "--kit", home="new", vault=world.location, tty=tty)
    assert "recovery renew" in told.stderr
    assert tty.hidden == [False, True, True, True, True]
    assert ask(desk, "person", "show", "1815", home="new")["roles"] == ["administrator", "custodian"]
    shown = ask(desk, "recovery", "show", home="new")
    assert shown["renew_because"] == ["used"]
    desk.run("person", "add", "--name", "Bob Stone", home="new")
    desk.run("person", "add", "--name", "Eve Hall", code=4)
    kit = desk.folder / "kit"
    kit.write_text("\n".join(world.created.kit))
    kit.chmod(0o600)
    more = ("--kit", f"@{kit}", "--vault-words", words)
    desk.run("recover", "--name", "Zoe Young", "--collar", "9001", *more, home="zoe", vault=world.location)
    assert ask(desk, "person", "show", "9001", home="zoe")["roles"] == ["administrator", "custodian"]
    world.check()


def test_renew_shows_a_kit_once(world: World, desk: Desk) -> None:
    """The new kit is shown only where it was asked for, is checked by typing, and is the one in force."""
    world.person("Bob Stone", "2001")
    size = world.vault.shared.size()
    desk.run("recovery", "renew", code=2)
    assert world.vault.shared.size() == size
    made = ask(desk, "recovery", "renew", "--seen-by", "2001", "--to-pipe")
    assert len(made["recovery_kit"]) == 4
    assert ask(desk, "recovery", "show")["seen_by"] == ["Ada Byron", "Bob Stone"]
    assert [kit["state"] for kit in ask(desk, "recovery", "list")] == ["ended", "in force"]
    world.check()


def test_a_machine_without_a_name_is_called_as_its_host(desk: Desk) -> None:
    """Not every joiner's machine is "laptop"; where two have one name all the same, their owners tell them apart."""
    for name, collar in (("Bob Stone", "2001"), ("Carol Day", "3001")):
        desk.run("person", "add", "--name", name, "--collar", collar, "--email", f"{collar}@n.example")
        path = invite(desk, collar, "holder", name=f"{collar}.invitation")
        desk.run("join", str(path), home=collar)
        desk.run("admit", "--words-compared")
    assert [row["nickname"] for row in ask(desk, "device", "list")].count(gethostname()) == 2
    found = desk.run("device", "show", gethostname(), code=2).stderr
    assert f"{gethostname()} of Bob Stone 2001" in found
    assert f"{gethostname()} of Carol Day 3001" in found
