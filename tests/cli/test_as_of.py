"""`--as-of` on everything that lists or shows the register."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from audit import b64
from cli.main import NOUNS, load
from tests.ops.test_witnesses import Outside
from tests.world import World
from vault.ops import cosigning, notes, witnesses, worklist

NAME = "x/NorfolkPolice"
# A list or a show that has no --as-of, and why.
NOT_THE_REGISTER = {
    "secret show": "it shows a secret and writes who saw it; an older one is asked for with --version",
    "audit witness show": "an auditor's own folder: there is no vault",
}
# What shows the register under another name.
MORE = {
    "due",
    "report",
    "policy check",
    "status",
    "exposure person",
    "exposure device",
    "exposure account",
    "account requests",
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.account(NAME, password="first one")
    made.person("Bob Stone", "2001")
    return made


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command of the table, by its words."""

    def below(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield from below(f"{words} {name}", inner)
        else:
            yield words, command

    for noun in NOUNS:
        yield from below(noun, load(noun))


def test_every_list_and_show_looks_back() -> None:
    """The whole tree of commands: one that lists or shows has --as-of, or stands above with its reason."""
    looks = {
        words for words, command in commands() if any("--as-of" in param.opts for param in command.params)
    }
    shows = {words for words, _ in commands() if words.split()[-1] in {"list", "show"}}
    assert len(shows) > 15
    assert shows - looks == set(NOT_THE_REGISTER)
    assert looks - shows == MORE


def answers(world: World, *args: str) -> object:
    found = json.loads(world.run(*args, "--format", "json", ok=False).stdout)
    if isinstance(found, dict):
        found.pop("as_of", None)  # the moment of the question itself
    return found


def anchored(world: World, *, size: int) -> None:
    """A time-stamped head on the record; the authority's answer is its holder's, and not looked at here."""
    with world.vault.change() as tx:
        tx.emit("head.anchored", "", size=size, at=tx.time, token=b64.encode(bytes(32)))


def test_every_one_answers_as_it_did_then(world: World) -> None:
    """Each command says today, as of yesterday's last entry, what it said yesterday; and only that."""
    device = ("device", "add", "blue", "--owner", "2001", "--kind", "phone", "--ownership", "force")
    for line in (
        device,
        ("team", "add", "Digital Media"),
        ("claim", "file", "other", "--describe", "what was seen"),
        ("note", "add", "--about", "person", "2001", "words"),
        ("rotation", "start", NAME, "--because", "routine"),
        ("record", "add", "training.masterclass", "--about", "person", "2001"),
        ("grant", "give", NAME, "2001", "--as", "tool-seat", "--existing"),
    ):
        world.run(*line)
    auditor = Outside(world)
    witnesses.add(world.vault, auditor.machine.vkey)
    cosigning.bring_in(world.vault, auditor.see())
    anchored(world, size=3)
    claim = world.vault.state.find("claim")[0]["id"]
    kept = world.vault.state.find("record")[0]["id"]
    asked = [
        ("status",),
        ("person", "list"),
        ("person", "show", "2001"),
        ("team", "list"),
        ("team", "show", "digital media"),
        ("account", "list"),
        ("account", "show", NAME),
        ("account", "requests"),
        ("grant", "list"),
        ("device", "list"),
        ("device", "show", "blue"),
        ("claim", "list"),
        ("claim", "show", claim),
        ("rotation", "list"),
        ("rotation", "show", NAME),
        ("exposure", "account", NAME),
        ("exposure", "person", "1815"),
        ("exposure", "device", "Ada's laptop"),
        ("policy", "list"),
        ("policy", "show"),
        ("policy", "check"),
        ("record", "list"),
        ("record", "show", kept),
        ("recovery", "list"),
        ("recovery", "show"),
        ("note", "list"),
        ("due",),
        ("audit", "show", "3", "--names"),
        ("audit", "witness", "list"),
        ("audit", "anchor", "list"),
    ]
    known = {words for words, command in commands() if any("--as-of" in p.opts for p in command.params)}
    # The report is a file: tests/cli/test_report_page.py looks back with it.
    assert known - {"report"} == {
        next(name for n in (3, 2, 1) if (name := " ".join(words[:n])) in known) for words in asked
    }
    before, last = [answers(world, *words) for words in asked], world.vault.follower.size - 1
    world.clock.forward(days=1)
    for line in (
        ("device", "change", "blue", "--nickname", "red", "--signed-in", NAME),
        ("person", "change", "2001", "--name", "Robert Stone", "--collar", "2002"),
        ("team", "join", "Digital Media", "2002"),
        ("claim", "accept", claim),
        ("note", "add", "--about", "person", "2002", "more words"),
        ("rotation", "applied", NAME),
        ("secret", "show", NAME, "--to-pipe"),
        ("grant", "revoke", NAME, "2002"),
        ("recovery", "renew", "--to-pipe"),
        ("correct", "3", "--note", "it was otherwise"),
        ("account", "freeze", NAME),
    ):
        world.run(*line)
    cosigning.bring_in(world.vault, auditor.see())
    anchored(world, size=5)
    world.run("audit", "witness", "remove", auditor.machine.key.name)
    size = world.vault.follower.size
    for words, then in zip(asked, before, strict=True):
        assert answers(world, *words, "--as-of", str(last)) == then, words
        if words != ("status",):  # at the end of that day nobody had moved the rotation: a finding more
            assert answers(world, *words, "--as-of", "2026-11-02") == then, words
    assert world.vault.follower.size == size
    world.check()


def test_where_it_stands_is_said(world: World) -> None:
    """A time is the author's word, order is the log's: which entry it came to is on stderr."""
    size = world.vault.follower.size
    found = world.run("person", "list", "--as-of", "3")
    assert f"as of entry 3 of {size}, written at 2026-11-02T09:00:" in found.stderr


def test_before_the_vault_is_not_found(world: World) -> None:
    """There was no register, which is not the same as an empty one."""
    found = world.run("person", "list", "--as-of", "1/11/2026", ok=False)
    assert found.exit_code == 3
    assert "did not exist then" in found.stderr
    assert world.run("person", "list", "--as-of", "99999", ok=False).exit_code == 3


def test_nothing_of_it_is_on_a_disk(world: World) -> None:
    """The replay is in memory: the home's files are those that were there."""
    before = sorted(path.name for path in world.home.folder.iterdir())
    world.run("account", "show", NAME, "--as-of", "today")
    assert sorted(path.name for path in world.home.folder.iterdir()) == before


def test_a_name_of_today_finds_what_was_called_otherwise(world: World) -> None:
    """And the answer has the name of then; something that was not there yet is not found."""
    last = str(world.vault.follower.size - 1)
    world.run("person", "change", "2001", "--name", "Robert Stone", "--collar", "2002")
    assert answers(world, "person", "show", "2002", "--as-of", last)["name"] == "Bob Stone"
    world.person("Carol", "2003")
    assert world.run("person", "show", "2003", "--as-of", last, ok=False).exit_code == 3


def test_a_document_by_name_has_no_past(world: World) -> None:
    """It is the same at any time: the option is refused, not ignored."""
    assert world.run("policy", "show", "norfolk_suffolk", "--as-of", "today", ok=False).exit_code == 2


def test_the_past_is_never_written_with(world: World) -> None:
    """Whoever holds it is refused, whichever operation it is, and rights are those of today."""
    from vault.errors import UsageProblem
    from vault.ops.past import look_back

    past = look_back(world.vault, world.vault.follower.size - 3)
    assert past.roles() == world.vault.roles()
    assert past.unlocked
    assert past.sync().entries == 0
    size = world.vault.shared.size()
    with pytest.raises(UsageProblem, match="cannot be written"):
        notes.make(past, text="no")
    assert world.vault.shared.size() == size
    assert len(worklist.list_accounts(past, past.state, worklist.Wanted())) == 1
    assert len(past.state.find("person")) == 1


def test_another_log_is_not_replayed(world: World) -> None:
    """Each entry is compared with what this machine verified before it is folded."""
    from audit.errors import BadChain
    from vault.ops.past import look_back

    with world.vault.state.transaction():
        world.vault.state.put("leaf", seq=4, hash=bytes(32))
    with pytest.raises(BadChain, match="not those that this machine verified"):
        look_back(world.vault, 5)


@pytest.mark.parametrize(
    "command", [("account", "list"), ("status",), ("policy", "check"), ("report", "r.html")]
)
def test_before_the_first_document_nothing_is_said_to_be_broken(
    world: World, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry 1 is older than the first policy.chosen: the log is whole, and a later entry is asked for."""
    monkeypatch.chdir(world.folder)
    found = world.run(*command, "--as-of", "1", ok=False)
    assert found.exit_code == 3
    assert "after entry 1 no policy profile was chosen yet" in found.stderr
    assert "incomplete" not in found.stderr
