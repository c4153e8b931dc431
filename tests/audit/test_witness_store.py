"""The witness's folder: made once, never forgotten, one request at a time."""

from __future__ import annotations

import json
from threading import Thread

import pytest

from audit import b64, note
from audit.errors import AuditError, BadKey, BadWitness
from audit.follow import Follower
from audit.witness import Conflict, Unknown, trusting
from tests.audit.exports import vault_id, write_export
from tests.audit.given import ADA, ORIGIN, feed
from tests.audit.witnesses import (
    MADE,
    NAME,
    SEED,
    Seconds,
    fork,
    head_of,
    introduce,
    request,
    trust,
    witness,
)


def test_a_log_known_by_its_keys_needs_the_vault_id_to_be_read(tmp_path):
    """Keys given by hand are not the vault's word: reading starts from genesis and the vault id."""
    found = witness(tmp_path / "w")
    trust(found, trusting(ORIGIN, [ADA.public]))
    found.add_checkpoint(request(MADE[:1], old=0))
    write_export(tmp_path / "log", MADE)
    with pytest.raises(Unknown):
        found.read(tmp_path / "log")
    other = fork(MADE, 0)
    assert other == []
    found.read(tmp_path / "log", vault_id(MADE))
    assert head_of(found) == (10, MADE[-1].checkpoint.root)


def test_a_witness_is_made_once(tmp_path):
    """Its key is never replaced; without one there is no witness; a damaged key is said to be one."""
    found = witness(tmp_path / "w")
    assert (tmp_path / "w/key.json").stat().st_mode & 0o77 == 0
    with pytest.raises(BadWitness, match="not empty"):
        type(found).create(tmp_path / "w", name=NAME, seed=SEED, clock=Seconds())
    with pytest.raises(BadWitness, match="no witness"):
        type(found)(tmp_path, clock=Seconds())
    for text in ("{}", "[]", "not json", '{"name": "a", "seed": "AAAA"}'):
        (tmp_path / "w/key.json").write_text(text)
        with pytest.raises(BadWitness, match="does not hold"):
            witness(tmp_path / "w")


def test_a_damaged_state_stops(one):
    """What was seen is not forgotten because a file is bad: nothing is cosigned."""
    path = one._path(ORIGIN)
    for text in ("{}", "", json.dumps({**json.loads(path.read_text()), "signers": [[1]]})):
        path.write_text(text)
        with pytest.raises(AuditError, match="damaged"):
            one.add_checkpoint(request(MADE, old=9))


def test_of_two_histories_one_is_cosigned(tmp_path):
    """Two requests at once, for two histories that both continue what was seen: one answer, one refusal."""
    for attempt in range(5):
        found = witness(tmp_path / f"w{attempt}")
        introduce(found, tmp_path / f"log{attempt}", MADE[:4])
        asked = [request(fork(MADE, 4, n, n + 1), old=9) for n in (20, 30)]
        answers: list[str] = []

        def ask(raw: bytes, answers: list[str] = answers, folder=found.folder) -> None:
            try:
                answers.append(witness(folder).add_checkpoint(raw))
            except Conflict:
                answers.append("")

        threads = [Thread(target=ask, args=(raw,)) for raw in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len([each for each in answers if each]) == 1


def test_latest_of_a_log_that_is_not_known(one):
    """Nothing outside the folder can be asked for."""
    for name in ("00" * 32, "key", "../w/key", "." * 64):
        with pytest.raises(Unknown):
            one.latest(name)
    trust(one, trusting("fresh.example/log", [ADA.public]))
    with pytest.raises(Unknown):
        one.latest(one._path("fresh.example/log").stem)


def test_a_key_that_proves_nothing_is_no_witness():
    """The vkey of a witness is read with the same care as a signer's."""
    with pytest.raises(BadKey):
        note.parse_vkey(f"w+00000000+{b64.encode(bytes([4]) + bytes(32))}")
    assert feed(Follower.start(), *MADE)
