"""A team's key opens for its members, is the one that the log names, and gives its predecessor."""

from __future__ import annotations

import pickle

import pytest

from tests.crypto.given import assert_only_itself_opens, repeatable
from vault.crypto import epoch as room
from vault.crypto.epoch import EpochKey, open_epoch, open_predecessor, seal_epoch, seal_predecessor
from vault.crypto.hpke import Opener, seal
from vault.crypto.keyset import Keyset
from vault.crypto.pae import pae
from vault.errors import IntegrityError

RANDOM = repeatable(b"epoch")
MEMBER, STRANGER = Opener(RANDOM(32)), Opener(RANDOM(32))
FIRST, SECOND, ATTACKER = (EpochKey.generate(RANDOM) for _ in range(3))
INFO = b"vault, custody, epoch 2"
NOT_THAT = "^a team's sealed key is not the key that the log names$"


def test_an_epoch_is_a_key_pair():
    """It opens what is sealed to its public key and keeps its seed to itself."""
    assert SECOND.public == Opener(SECOND.reveal()).public
    assert SECOND.open(seal(SECOND.public, b"x", info=b"i"), info=b"i") == b"x"
    assert repr(SECOND) == "<epoch key>"
    with pytest.raises(TypeError):
        pickle.dumps(SECOND)


def test_generate_takes_32_bytes():
    """A fresh epoch is exactly what the random source gave."""
    assert EpochKey.generate(lambda size: bytes([size]) * size).reveal() == b"\x20" * 32


def test_the_details_key_is_the_epochs_own():
    """Each epoch has one, of 32 bytes, that is not its seed."""
    assert FIRST.details_key() == EpochKey(FIRST.reveal()).details_key()
    assert len({FIRST.details_key(), SECOND.details_key(), FIRST.reveal()}) == 3
    assert len(FIRST.details_key()) == 32


def test_a_member_opens_the_epoch():
    """A seal gives its recipient the epoch key, by keyset too."""
    sealed = seal_epoch(SECOND, to=MEMBER.public, info=INFO)
    assert open_epoch(MEMBER, sealed, info=INFO, public=SECOND.public).reveal() == SECOND.reveal()
    keyset = Keyset.generate(RANDOM)
    sealed = seal_epoch(SECOND, to=keyset.kem_public, info=INFO)
    assert open_epoch(keyset, sealed, info=INFO, public=SECOND.public).public == SECOND.public


@pytest.mark.parametrize(
    ("opener", "info", "public"),
    [
        (STRANGER, INFO, SECOND.public),
        (MEMBER, b"vault, custody, epoch 3", SECOND.public),
        (MEMBER, b"other vault, custody, epoch 2", SECOND.public),
        (MEMBER, INFO, FIRST.public),
    ],
    ids=["another recipient", "another epoch", "another vault", "another public key"],
)
def test_a_seal_opens_in_its_place_only(opener, info, public):
    """Recipient, vault, epoch and public key are all bound."""
    sealed = seal_epoch(SECOND, to=MEMBER.public, info=INFO)
    with pytest.raises(IntegrityError):
        open_epoch(opener, sealed, info=info, public=public)


def test_an_attackers_key_in_a_perfect_seal_is_refused(monkeypatch):
    """Who can write the database seals their own key under the right context: it is not the key of the log.

    With the comparison taken away the attack succeeds, so it is the comparison that stops it.
    """
    forged = seal(MEMBER.public, ATTACKER.reveal(), info=pae(room.SEAL_LABEL, SECOND.public, INFO))
    with pytest.raises(IntegrityError, match=NOT_THAT):
        open_epoch(MEMBER, forged, info=INFO, public=SECOND.public)
    monkeypatch.setattr(room, "compare_digest", lambda *_: True)
    assert open_epoch(MEMBER, forged, info=INFO, public=SECOND.public).public == ATTACKER.public


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_sealed_seed_has_32_bytes(size):
    """Something else in a perfect seal is refused."""
    forged = seal(MEMBER.public, bytes(size), info=pae(room.SEAL_LABEL, SECOND.public, INFO))
    with pytest.raises(IntegrityError):
        open_epoch(MEMBER, forged, info=INFO, public=SECOND.public)


def test_no_altered_epoch_seal_opens():
    """Of all one-bit changes, cuts and additions none is accepted."""
    sealed = seal_epoch(SECOND, to=MEMBER.public, info=INFO)
    assert_only_itself_opens(sealed, lambda blob: open_epoch(MEMBER, blob, info=INFO, public=SECOND.public))


def test_the_current_epoch_opens_its_predecessor():
    """Whoever has this epoch has the one before it."""
    blob = seal_predecessor(SECOND, FIRST, info=INFO)
    assert open_predecessor(SECOND, blob, info=INFO, public=FIRST.public).reveal() == FIRST.reveal()
    assert len(blob) == room.PREDECESSOR_SIZE


def test_no_altered_predecessor_opens():
    """Of all one-bit changes, cuts and additions none is accepted."""
    blob = seal_predecessor(SECOND, FIRST, info=INFO)
    assert_only_itself_opens(
        blob, lambda blob: open_predecessor(SECOND, blob, info=INFO, public=FIRST.public)
    )


@pytest.mark.parametrize(
    ("current", "info", "public"),
    [(ATTACKER, INFO, FIRST.public), (SECOND, b"elsewhere", FIRST.public), (SECOND, INFO, ATTACKER.public)],
    ids=["another epoch", "another context", "another predecessor"],
)
def test_a_predecessor_opens_in_its_place_only(current, info, public):
    """Epoch, context and the predecessor's public key are all bound."""
    blob = seal_predecessor(SECOND, FIRST, info=INFO)
    with pytest.raises(IntegrityError, match=NOT_THAT):
        open_predecessor(current, blob, info=info, public=public)


def test_an_attackers_predecessor_from_inside_is_refused():
    """A member who seals another key as the predecessor is found out by the public key in the log."""
    key = room._predecessor_key(SECOND, FIRST.public, INFO)
    forged = room.PREDECESSOR_MARK + key.encrypt(bytes(12), ATTACKER.reveal(), None)
    with pytest.raises(IntegrityError, match=NOT_THAT):
        open_predecessor(SECOND, forged, info=INFO, public=FIRST.public)


def test_each_predecessor_has_a_key_of_its_own():
    """The nonce is always zero, so two predecessors or two places never share a key."""
    blobs = [seal_predecessor(SECOND, FIRST, info=i) for i in (INFO, b"b")]
    blobs += [seal_predecessor(SECOND, ATTACKER, info=INFO), seal_predecessor(ATTACKER, FIRST, info=INFO)]
    seeds = [FIRST, FIRST, ATTACKER, FIRST]
    streams = {
        bytes(a ^ b for a, b in zip(blob[1:33], seed.reveal(), strict=True))
        for blob, seed in zip(blobs, seeds, strict=True)
    }
    assert len(streams) == 4
