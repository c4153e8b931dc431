"""A witness cosigns what continues what it saw last, and nothing else."""

from __future__ import annotations

import json
import shutil
from threading import Thread

import pytest

from audit import b64, cosignature, note
from audit.errors import AuditError, BadChain, BadExport, BadKey, BadWitness, Declined, Forked, RolledBack
from audit.follow import Follower
from audit.merkle import EMPTY_ROOT
from audit.verify import read_held, verify
from audit.witness import Conflict, Malformed, Unknown, Unproven, Untrusted, parse_request, trusting
from audit.words import parse_vault_id
from tests.audit.exports import long_log, small_log, vault_id, write_export
from tests.audit.given import ADA, BEA, EVE, ORIGIN, added, feed, note_of, revoked, vectors, write
from tests.audit.witnesses import NAME, NOON, SEED, Seconds, fork, introduce, key_of, request, witness

MADE = small_log()


@pytest.fixture
def one(tmp_path):
    """A witness that has read the first four commits."""
    found = witness(tmp_path / "w")
    introduce(found, tmp_path / "first", MADE[:4])
    return found


def head_of(found):
    (known,) = found.known()
    return known.size, known.root


# --- reading an export ------------------------------------------------------------------------------------------


def test_first_contact_needs_the_vault_id(tmp_path):
    """Without it nothing is cosigned, with another one neither, and nothing is remembered."""
    found, folder = witness(tmp_path / "w"), tmp_path / "log"
    write_export(folder, MADE)
    with pytest.raises(Unknown):
        found.read(folder)
    with pytest.raises(BadChain, match="another vault"):
        found.read(folder, parse_vault_id("11" * 32))
    assert found.known() == []
    line = found.read(folder, vault_id(MADE))
    assert note.parse_lines(line.encode())[0].name == NAME
    assert head_of(found) == (MADE[-1].checkpoint.size, MADE[-1].checkpoint.root)


def test_it_goes_on_where_it_stood(one, tmp_path):
    """The grown export needs no vault id; only what is new is read; the cosigned note is one for every tool."""
    shutil.copytree(tmp_path / "first", tmp_path / "grown")
    write_export(tmp_path / "grown", MADE)
    line = one.read(tmp_path / "grown")
    whole = one.latest(one._path(ORIGIN).stem)
    assert whole == MADE[-1].note.decode() + line
    assert cosignature.cosigners(whole.encode(), [key_of(one)])[0].at == NOON
    (tmp_path / "cosigned").write_text(whole)
    held = read_held(tmp_path / "cosigned")
    assert verify(tmp_path / "grown", vault_id=vault_id(MADE), held=[held]).held == (held,)
    with pytest.raises(BadChain, match="another vault"):
        one.read(tmp_path / "grown", parse_vault_id("11" * 32))


def test_commits_over_several_bundles(tmp_path):
    """Commits that begin in one bundle and end in another, read in two goes, also from a full bundle on."""
    made = long_log(200, 54, 300, 300, 3)
    for stops in ((1, 2, 3, 4, 5, 6), (3, 6), (4, 5)):
        found = witness(tmp_path / f"w{stops}")
        for stop in stops:
            introduce(found, tmp_path / f"log{stops}", made[:stop])
            assert head_of(found) == (made[stop - 1].checkpoint.size, made[stop - 1].checkpoint.root)


def test_the_same_head_again_is_cosigned_at_a_later_time(one, tmp_path):
    """A vault in which nothing happens can show that its newest head is fresh."""
    one._clock.at += 60
    one.read(tmp_path / "first")
    assert one.known()[0].at == NOON + 60


def test_a_clock_that_goes_back_cosigns_nothing(one, tmp_path):
    """A head would seem older than one before it."""
    one._clock.at -= 1
    with pytest.raises(Declined, match="clock"):
        one.read(tmp_path / "first")


def test_a_rollback_is_refused_with_both_heads(one, tmp_path):
    """An older export, rightly signed: what was cosigned is not in it."""
    write_export(tmp_path / "old", MADE[:2])
    before = head_of(one)
    with pytest.raises(RolledBack) as caught:
        one.read(tmp_path / "old")
    assert MADE[3].note.decode() in str(caught.value)
    assert MADE[1].note.decode() in str(caught.value)
    assert head_of(one) == before


def test_a_fork_is_refused_with_both_heads_and_kept(one, tmp_path):
    """Another history, rightly signed, longer or of the same size: both heads are shown and kept as evidence."""
    before = head_of(one)
    for place, other in enumerate((fork(MADE, 3, 8, 9), fork(MADE, 3, 8, 9, 10))):
        write_export(tmp_path / f"fork{place}", other)
        with pytest.raises(Forked) as caught:
            one.read(tmp_path / f"fork{place}")
        assert caught.value.ours == MADE[3].note.decode() + caught.value.ours.splitlines(keepends=True)[-1]
        assert caught.value.theirs == other[-1].note.decode()
    kept = [path.read_text() for path in sorted((one.folder / "evidence").iterdir())]
    assert len(kept) == 2
    assert all(MADE[3].note.decode() in text for text in kept)
    assert head_of(one) == before


def test_a_fork_after_what_was_read_is_found_too(one, tmp_path):
    """What was cosigned on a request, the export must hold."""
    one.add_checkpoint(request(MADE, old=one.known()[0].size))
    other = fork(MADE, 4, 7, 8)
    write_export(tmp_path / "fork", other)
    with pytest.raises(Forked) as caught:
        one.read(tmp_path / "fork")
    assert MADE[-1].note.decode() in caught.value.ours
    assert caught.value.theirs == other[-1].note.decode()
    write_export(tmp_path / "short", MADE[:4])
    with pytest.raises(RolledBack):
        one.read(tmp_path / "short")


def test_a_damaged_export_is_no_fork(one, tmp_path):
    """Nobody is accused whose key has not signed: another history under a strange key is damage or forgery."""
    other = fork(MADE, 3, 8, 9)
    folder = tmp_path / "forged"
    write_export(folder, other)
    head = other[-1].checkpoint
    forged = EVE.sign(head.text())  # eve is a signer; the name is right, the key id is a stranger's
    strange = note.signature_line(ORIGIN, bytes.fromhex("aa" * 32), forged)
    (folder / "checkpoint").write_bytes(head.text() + b"\n" + strange.encode())
    with pytest.raises(BadChain, match="damaged, or forged"):
        one.read(folder)
    assert not (one.folder / "evidence").exists()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tile/entries/000.p/10", b'"n":3', b'"n":9'),
        ("commits/000.p/10", b"\n10\n", b"\n11\n"),
        ("checkpoint", b"\n10\n", b"\n9\n"),
    ],
)
def test_a_changed_export_is_not_cosigned(tmp_path, name, old, new):
    """Entries, heads of commits, and the newest head: each is verified."""
    found, folder = witness(tmp_path / "w"), tmp_path / "log"
    write_export(folder, MADE)
    path = folder / name
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(AuditError):
        found.read(folder, vault_id(MADE))
    assert found.known() == []


def test_a_head_that_no_commit_has_is_not_cosigned(tmp_path):
    """The newest head must be that of the last commit, and a commit must reach to it."""
    found, folder = witness(tmp_path / "w"), tmp_path / "log"
    write_export(folder, MADE)
    (folder / "checkpoint").write_bytes(MADE[-1].note.replace(b"\n10\n", b"\n9\n"))
    with pytest.raises(BadExport):
        found.read(folder, vault_id(MADE))
    head = MADE[-1].note.decode().split("\n")
    head[2] = b64.encode(bytes(32))
    (folder / "checkpoint").write_text("\n".join(head))
    with pytest.raises(BadChain, match="not that of the last commit"):
        found.read(folder, vault_id(MADE))
    (folder / "checkpoint").write_bytes(MADE[-1].note)
    path = folder / "commits/000.p/10"
    path.write_bytes(path.read_bytes()[: -2 - len(MADE[-1].note)])
    with pytest.raises(BadChain, match="no signed head"):
        found.read(folder, vault_id(MADE))


# --- requests ---------------------------------------------------------------------------------------------------


def test_a_request_with_a_proof(one):
    """From the size cosigned last; the answer is one line by the witness over the new head."""
    size = one.known()[0].size
    line = one.add_checkpoint(request(MADE, old=size))
    (value,) = cosignature.values_of(key_of(one), note.parse_lines(line.encode()))
    text = note.parse(MADE[-1].note).text
    assert cosignature.verify(text, value, public=key_of(one).public) == NOON
    assert head_of(one) == (MADE[-1].checkpoint.size, MADE[-1].checkpoint.root)


def test_what_a_request_may_not_be(one):
    """Each refusal with its status; the state stays."""
    size, other = one.known()[0].size, fork(MADE, 3, 8, 9)
    before = head_of(one)
    good = request(MADE, old=size)
    wrong = MADE[-1].note.replace(ORIGIN.encode(), b"another.example/log")
    zeros = good.split(b"\n")
    zeros[1] = b64.encode(bytes(32)).encode()
    cases = [
        (404, request(MADE, old=size, note=wrong)),
        (400, good.replace(b"old 9", b"old 11")),
        (409, request(MADE, old=3)),
        (409, request(MADE, old=0)),
        (409, request(MADE[:3], old=2)),
        (422, b"\n".join(zeros)),
        (422, good.replace(b"\n\n", b"\n" + b64.encode(bytes(32)).encode() + b"\n\n", 1)),
    ]
    for status, raw in cases:
        with pytest.raises(Declined) as caught:
            one.add_checkpoint(raw)
        assert caught.value.status == status, raw.decode()
        assert head_of(one) == before
    with pytest.raises(Forked):
        one.add_checkpoint(request(other, old=size))
    assert head_of(one) == before


def test_an_older_head_is_answered_with_both(one):
    """A conflict carries the size, and tells whoever reads it which heads stand against each other."""
    with pytest.raises(Conflict) as caught:
        one.add_checkpoint(request(MADE[:3], old=2))
    assert caught.value.body == f"{one.known()[0].size}\n"
    assert MADE[2].note.decode() in str(caught.value)
    assert MADE[3].note.decode() in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + MADE[0].note,
        b"old -1\n\n" + MADE[0].note,
        b"new 0\n\n" + MADE[0].note,
        b"old 0\r\n\n" + MADE[0].note,
        b"old 0\nAAAA\n\n" + MADE[0].note,
        "old 0\n€\n\n".encode() + MADE[0].note,
        b"old 2\n" + 64 * (b64.encode(bytes(32)).encode() + b"\n") + b"\n" + MADE[0].note,
        b"old 0\n\nno note",
        b"old 0\n\n" + MADE[0].note + b"x" * 100_000,
        b"old 0\n\n" + MADE[0].note.replace(b"=\n\n", b"=\nextra\n\n"),
    ],
)
def test_malformed_requests(raw):
    """Anything but the one form is no request."""
    with pytest.raises(Malformed):
        parse_request(raw)


def test_a_key_that_came_later_is_unknown_until_the_log_is_read(tmp_path):
    """Who may sign follows from the log: a new member's head is cosigned once the witness has read of them."""
    follower, found = Follower.start(), witness(tmp_path / "w")
    made = [write(follower, *MADE_FIRST)]
    introduce(found, tmp_path / "log", made)
    made += [write(follower, added("eve")), write(follower, note_of(1), by="eve")]
    with pytest.raises(Untrusted, match="give an export"):
        found.add_checkpoint(request(made, old=2))
    introduce(found, tmp_path / "log", made)
    made += [write(follower, note_of(2), by="eve"), write(follower, revoked("eve"))]
    found.add_checkpoint(request(made[:4], old=4))
    introduce(found, tmp_path / "log", made)
    assert EVE.public not in found.known()[0].keys
    assert [BEA.public in found.known()[0].keys, ADA.public in found.known()[0].keys] == [True, True]


MADE_FIRST = (MADE[0].entries[0], MADE[0].entries[1])


def test_a_false_signature_by_a_known_key(one):
    """It is refused though another key has signed well; lines of strangers are ignored and not kept."""
    size = one.known()[0].size
    text = MADE[-1].note
    false = note.signature_line(ORIGIN, ADA.public, bytes(64)).encode()
    with pytest.raises(Untrusted, match="invalid signature"):
        one.add_checkpoint(request(MADE, old=size, note=text + false))
    stranger = note.signature_line("somebody", BEA.public, bytes(64)).encode()
    one.add_checkpoint(request(MADE, old=size, note=text + stranger))
    assert "somebody" not in one.known()[0].note


def test_the_published_requests(tmp_path):
    """All nine, in their order, on a fresh witness; for an unknown log 404 is today's answer."""
    published = vectors("tlog-witness", "litewitness-add-checkpoint.json")
    assert len(published["requests"]) == 9
    origin = published["requests"][0]["body"].split("\n")[2]
    found = witness(tmp_path / "w")
    found.trust(trusting(origin, [bytes.fromhex(published["log_public_key_hex"])]))
    for each in published["requests"]:
        try:
            status, body = 200, found.add_checkpoint(each["body"].encode())
        except Declined as exc:
            status, body = exc.status, exc.body
        unknown = origin not in each["body"]
        assert status == (404 if unknown else each["status"])
        claim, words = each["assert"].split(" ", 2)[1:]
        words = json.loads(words).replace("example.com/witness", NAME)
        words = "is not known here" if unknown else words
        assert body == words if claim == "==" else words in body
    with pytest.raises(BadWitness, match="known already"):
        found.trust(trusting(origin, []))


def test_the_empty_log(tmp_path):
    """It has one root; another is refused, and so is a proof from nothing."""
    found = witness(tmp_path / "w")
    found.trust(trusting(ORIGIN, [ADA.public]))

    def empty(root: bytes) -> bytes:
        text = f"{ORIGIN}\n0\n{b64.encode(root)}\n".encode()
        return text + b"\n" + note.signature_line(ORIGIN, ADA.public, ADA.sign(text)).encode()

    with pytest.raises(Unproven, match="another root"):
        found.add_checkpoint(b"old 0\n\n" + empty(bytes(32)))
    hash_ = b64.encode(bytes(32)).encode()
    with pytest.raises(Unproven, match="no hashes"):
        found.add_checkpoint(b"old 0\n" + hash_ + b"\n\n" + empty(EMPTY_ROOT))
    found.add_checkpoint(b"old 0\n\n" + empty(EMPTY_ROOT))
    found.add_checkpoint(request(MADE[:1], old=0))
    assert head_of(found) == (2, MADE[0].checkpoint.root)


# --- the folder -------------------------------------------------------------------------------------------------


def test_a_log_known_by_its_keys_needs_the_vault_id_to_be_read(tmp_path):
    """Keys given by hand are not the vault's word: reading starts from genesis and the vault id."""
    found = witness(tmp_path / "w")
    found.trust(trusting(ORIGIN, [ADA.public]))
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
    one.trust(trusting("fresh.example/log", [ADA.public]))
    with pytest.raises(Unknown):
        one.latest(one._path("fresh.example/log").stem)


def test_a_key_that_proves_nothing_is_no_witness():
    """The vkey of a witness is read with the same care as a signer's."""
    with pytest.raises(BadKey):
        note.parse_vkey(f"w+00000000+{b64.encode(bytes([4]) + bytes(32))}")
    assert feed(Follower.start(), *MADE)
