"""Catalogue C: weaker parameters, other suites, older forms, taken from files and entries that somebody else wrote."""

from __future__ import annotations

import json

import pytest

from tests.attacks.conftest import Force
from tests.attacks.insider import digest, ident, void_reason
from tests.world import COST, PASSPHRASE
from vault.crypto import hpke, keyfile
from vault.crypto.stretch import CEILING, FLOOR
from vault.errors import IntegrityError, Locked, VaultError
from vault.ops.unlock import unlock


def rewritten(force: Force, **cost: int) -> None:
    """The keyset file in Ada's home with another cost in its header, by somebody who has the folder."""
    home = force.world.home
    file = json.loads(home.read(home.keyset))
    file["header"]["cost"].update(cost)
    plain = json.dumps(file, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    home.write(home.keyset, plain)


@pytest.mark.parametrize("cost", [{"memory_kib": 8}, {"passes": 1}, {"lanes": 1}])
def test_c01_a_lowered_cost_is_refused_before_it_is_paid(
    force: Force, cost: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keyset file that asks for less than the floor gives nobody a cheap guess: nothing is computed."""
    rewritten(force, memory_kib=FLOOR.memory_kib, passes=FLOOR.passes, lanes=FLOOR.lanes)
    rewritten(force, **cost)
    monkeypatch.setattr(keyfile, "stretch", lambda *_, **__: pytest.fail("a guess was computed"))
    with pytest.raises(IntegrityError, match="cost outside"):
        unlock(force.world.vault, PASSPHRASE)


def test_c01_the_header_is_authenticated(force: Force) -> None:
    """Another cost within the bounds does not open either: the header is under the seal."""
    rewritten(force, memory_kib=COST.memory_kib * 2)
    with pytest.raises(Locked):
        unlock(force.world.vault, PASSPHRASE, cost=COST)


@pytest.mark.parametrize("part", ["memory_kib", "passes", "lanes"])
def test_c02_a_huge_cost_stops_nothing(force: Force, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that asks for more than the ceiling is refused before the machine is."""
    rewritten(force, **{part: getattr(CEILING, part) + 1})
    monkeypatch.setattr(keyfile, "stretch", lambda *_, **__: pytest.fail("it was computed"))
    with pytest.raises(IntegrityError, match="cost outside"):
        unlock(force.world.vault, PASSPHRASE, cost=COST)


def test_c03_another_way_of_stretching_is_no_keyset_file(force: Force) -> None:
    """There is one construction: a field that asks for another makes the file a damaged one."""
    home = force.world.home
    file = json.loads(home.read(home.keyset))
    file["header"]["kdf"] = "none"
    home.write(home.keyset, json.dumps(file, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    with pytest.raises(IntegrityError, match="damaged"):
        unlock(force.world.vault, PASSPHRASE, cost=COST)


@pytest.mark.parametrize("mark", [0, 2, 3, 4, 255])
def test_c04_another_mark_is_no_seal(mark: int) -> None:
    """A seal of another suite, or of a form of ours for something else, is the one refusal."""
    seed = bytes(range(32))
    sealed = hpke.seal(hpke.Opener(seed).public, b"words", info=b"place")
    with pytest.raises(IntegrityError, match="does not open in its place"):
        hpke.Opener(seed).open(bytes([mark]) + sealed[1:], info=b"place")
    assert hpke.Opener(seed).open(sealed, info=b"place") == b"words"


def test_c05_no_field_switches_a_check_off(force: Force) -> None:
    """An entry with a field that the event does not have is void, whoever writes it, and unknown events are too."""
    ada = force.insider(force.world.vault)
    for event, data in (
        ("policy.chosen", {"profile": "surrey", "document": digest("d"), "require_sig": False}),
        ("vault.settings", {"require_sig": False}),
    ):
        assert void_reason(force.world, ada.say(event, "", **data)) is not None


def test_c06_half_a_key_is_no_key(force: Force) -> None:
    """A sealing key without its post-quantum half, or with something more, is void."""
    ada = force.insider(force.world.vault)
    for size in (32, 1184, 1217):
        data = {"key": digest("k"), "kem": _b64(size), "purpose": "member", "person": force.hal.person}
        assert "kem" in str(
            void_reason(force.world, ada.say("signer.added", ident("kst", "x"), **data, vouches=False))
        )


def _b64(size: int) -> str:
    import base64

    return base64.b64encode(bytes(size)).decode()


def test_c07_one_text_for_every_failure() -> None:
    """What is wrong with a seal is not told: length, mark, key, place and a changed bit read alike."""
    seed = bytes(range(32))
    sealed = hpke.seal(hpke.Opener(seed).public, b"words", info=b"place")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    said = set()
    for case in (b"", sealed[:40], b"\x02" + sealed[1:], changed, sealed + b"x"):
        with pytest.raises(VaultError) as caught:
            hpke.Opener(seed).open(case, info=b"place")
        said.add(str(caught.value))
    with pytest.raises(VaultError) as caught:
        hpke.Opener(seed).open(sealed, info=b"elsewhere")
    assert said == {str(caught.value)}


def test_c08_a_newer_format_is_not_written(force: Force) -> None:
    """A database of a format that this program does not know is refused, not written in the old way."""
    import sqlite3

    conn = sqlite3.connect(force.world.location)
    conn.execute("PRAGMA user_version = 2")
    conn.close()
    result = force.world.run("person", "add", "--name", "Eve", "--collar", "1", ok=False)
    assert result.exit_code == 2 and "newer Keyholder" in result.stderr


def test_c05_an_unknown_profile_is_said_and_can_be_mended(force: Force) -> None:
    """An administrator who chooses a document that nobody has makes policy unanswerable, in words, not in silence."""
    ada = force.insider(force.world.vault)
    ada.say("policy.chosen", "", profile="nowhere", document=digest("d"))
    result = force.world.run("status", ok=False)
    assert result.exit_code == 3 and "no policy profile" in result.stderr
    ada.say("policy.chosen", "", profile="norfolk_suffolk", document=digest("d"))
    assert force.world.run("status", ok=False).exit_code in (0, 7)
