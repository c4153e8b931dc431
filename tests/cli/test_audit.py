"""`keyholder audit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="one")
    world.person("Bob Stone", "2001")
    return world


def test_the_log_needs_no_passphrase_and_shows_no_name(world: World) -> None:
    """Ids in the plain list; names only with --names, and then things can be asked for by name."""
    (world.folder / "passphrase").write_text("wrong")
    plain = world.run("audit", "log").stdout
    (world.folder / "passphrase").unlink()
    assert "NorfolkPolice" not in plain
    assert len(plain.splitlines()) == world.vault.follower.size + 1
    named = world.run("audit", "log", "--about", "x/NorfolkPolice", "--names").stdout
    assert ["account.added" in line for line in named.splitlines()[1:]] == [True, False]
    assert "Ada Byron" in named
    assert "x/NorfolkPolice" in named


def test_things_are_asked_for_by_any_name(world: World) -> None:
    """A person by collar, a device by nickname, an id by its beginning; nothing and two of a name are said."""
    assert "person.added" in world.run("audit", "log", "--about", "2001", "--names").stdout
    assert "device.added" in world.run("audit", "log", "--about", "Ada's laptop", "--names").stdout
    assert "Ada Byron" in world.run("audit", "log", "--about", world.ada[:9], "--names").stdout
    assert world.run("audit", "log", "--about", "nobody", "--names", ok=False).exit_code == 3
    world.run("device", "add", "2001", "--owner", "2001", "--kind", "phone", "--ownership", "force")
    double = world.run("audit", "log", "--about", "2001", "--names", ok=False)
    assert double.exit_code == 2
    assert "dev-" in double.stderr
    assert "per-" in double.stderr


def test_the_log_by_event_and_number(world: World) -> None:
    """The last ones that match, from an entry on."""
    rows = json.loads(world.run("audit", "log", "--event", "epoch", "--last", "1", "--format", "json").stdout)
    assert [row["event"] for row in rows] == ["epoch.started"]
    assert rows[0]["data"]["team"]


def test_show_gives_the_exact_bytes(world: World) -> None:
    """What was hashed and signed, unchanged; an entry that is not there is not found."""
    shown = json.loads(world.run("audit", "show", "3", "--format", "json").stdout)
    assert shown["body"].encode() == world.vault.shared.bodies(3, 4)[0]
    assert shown["verdict"] == "in force"
    assert world.run("audit", "show", "999", ok=False).exit_code == 3


def test_verify_says_what_it_proved(world: World) -> None:
    """Without an outside head it says that nothing shows that this is all; with one it compares."""
    result = world.run("audit", "verify", "--state")
    assert "no outside head was given" in result.stderr
    assert f"entries            {world.vault.follower.size}" in result.stdout
    head = world.folder / "head.txt"
    head.write_text(world.run("audit", "head").stdout)
    world.person("Carol Day", "3001")
    held = world.run("audit", "verify", "--held", str(head))
    assert "no outside head" not in held.stderr
    assert world.run("doctor", ok=False).stdout.count("never") == 1, "the head counts as handed out"


def test_void_entries_end_with_seven(world: World) -> None:
    """They are named, and the log verifies all the same."""
    from tests.ops.test_log import _void_entry

    seq = _void_entry(world)
    result = world.run("audit", "verify", ok=False)
    assert result.exit_code == 7
    assert f"entry {seq} is void: person.left" in result.stderr
    assert world.run("status", ok=False).exit_code == 7
    assert "void" in world.run("audit", "log", "--last", "1").stdout


def test_the_head_is_the_signed_note(world: World) -> None:
    """Byte for byte, so that any tool for signed notes reads it."""
    head = world.vault.shared.head()
    assert head is not None
    assert world.run("audit", "head").stdout.encode() == head[2]
    assert (
        json.loads(world.run("audit", "head", "--format", "json").stdout)["text"] + "\n" == head[2].decode()
    )


def test_an_export_verifies_without_the_vault(world: World) -> None:
    """Nothing but the directory and the vault id; a second export adds what is new; no name is in it."""
    from audit.verify import verify
    from audit.words import parse_vault_id

    folder = world.folder / "export"
    vault_id = parse_vault_id(world.created.vault_id)
    world.run("audit", "export", str(folder))
    assert verify(folder, vault_id=vault_id).head.size == world.vault.follower.size
    world.person("Carol Day", "3001")
    shown = json.loads(world.run("audit", "export", str(folder), "--format", "json").stdout)
    assert (shown["size"], shown["vault_id"]) == (world.vault.follower.size, world.created.vault_id)
    assert verify(folder, vault_id=vault_id).head.size == world.vault.follower.size
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"Carol" not in everything
    assert b"NorfolkPolice" not in everything


def test_a_receipt_is_checked_without_a_vault(world: World, tmp_path: Path) -> None:
    """receipt → keys → check-receipt; a receipt that was changed is refused with exit 6."""
    proof = tmp_path / "entry-3.tlog-proof"
    proof.write_text(world.run("audit", "receipt", "3").stdout)
    keys = json.loads(world.run("audit", "keys", "--format", "json").stdout)
    given = [word for row in keys for word in ("--vkey", row["vkey"])]
    shown = json.loads(world.run("audit", "check-receipt", str(proof), *given, "--format", "json").stdout)
    assert json.loads(shown["body"])["seq"] == 3
    proof.write_text(proof.read_text().replace("index 3", "index 4"))
    assert world.run("audit", "check-receipt", str(proof), *given, ok=False).exit_code == 6


@pytest.mark.parametrize(
    "args",
    [
        ("verify", "--held", "accounts.csv"),
        ("verify", "--held", "binary"),
        ("cosigned", "accounts.csv"),
        ("check-receipt", "accounts.csv", "--vkey", "KEY"),
        ("check-receipt", "proof", "--vkey", "foo"),
    ],
)
def test_a_file_that_is_something_else_is_a_slip(world: World, args: tuple[str, ...]) -> None:
    """Exit code 2, what it is not, and no call for the auditor: nothing of the log is wrong."""
    files = {name: world.folder / name for name in ("accounts.csv", "binary", "proof")}
    files["accounts.csv"].write_text("platform,handle\nx,One\n")
    files["binary"].write_bytes(b"\xff\xfe\x00")
    files["proof"].write_text(world.run("audit", "receipt", "3").stdout)
    key = json.loads(world.run("audit", "keys", "--format", "json").stdout)[0]["vkey"]
    words = [str(files.get(word, key if word == "KEY" else word)) for word in args]
    found = world.run("audit", *words, ok=False)
    assert found.exit_code == 2, found.stderr
    assert "auditor" not in found.stderr


def test_the_keys_say_whose_they_are(world: World, tmp_path: Path) -> None:
    """Another key of the log is not tampering: the hint leads to the list, which has the person."""
    proof = tmp_path / "entry-3.tlog-proof"
    proof.write_text(world.run("audit", "receipt", "3").stdout)
    rows = json.loads(world.run("audit", "keys", "--format", "json").stdout)
    (mine,) = (row for row in rows if row["person"] == world.ada)
    (kit,) = (row for row in rows if not row["person"])
    assert world.run("audit", "check-receipt", str(proof), "--vkey", mine["vkey"]).exit_code == 0
    found = world.run("audit", "check-receipt", str(proof), "--vkey", kit["vkey"], ok=False)
    assert found.exit_code == 6
    assert "keyholder audit keys" in found.stderr


def test_an_option_that_is_nowhere_near_suggests_nothing(world: World) -> None:
    """`--deep` belongs to `python -m audit verify`, which the help names; `--help` is no answer to it."""
    found = world.run("audit", "verify", "--deep", ok=False)
    assert found.exit_code == 2
    assert "did you mean" not in found.stderr
    assert "keyholder audit verify --help" in found.stderr
    assert "python -m audit verify DIR --deep" in " ".join(
        world.run("audit", "verify", "--help").stdout.split()
    )
