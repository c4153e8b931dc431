"""Personal fields open for the register, in their place, and show no more than a rough length."""

from __future__ import annotations

import pytest

from tests.crypto.given import assert_only_itself_opens, repeatable
from vault.crypto import details, hpke
from vault.crypto.details import DetailsKey, is_hpke_form, open_details_with, seal_details_to
from vault.crypto.epoch import EpochKey
from vault.crypto.pae import pae
from vault.errors import IntegrityError

RANDOM = repeatable(b"details")
EPOCH, LATER = EpochKey.generate(RANDOM), EpochKey.generate(RANDOM)
KEY = EPOCH.details_key()
FIELDS, CONTEXT, NONCE = b'{"name":"Jane Doe"}', b"vault, person p-1", bytes(range(12))
ELSEWHERE = [b"vault, person p-2", b"vault, account p-1", b"other vault, person p-1", b""]
REFUSAL = "^sealed details do not open in their place$"


def seal_details(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """One, with the nonce of these tests."""
    return DetailsKey(key).seal(plaintext, context=context, nonce=NONCE)


def open_details(key: bytes, blob: bytes, *, context: bytes) -> bytes:
    return DetailsKey(key).open(blob, context=context)


@pytest.mark.parametrize("fields", [b"", FIELDS, b"x" * 63, b"x" * 64, bytes(500), b"\x80\0\0"])
def test_round_trip_in_both_forms(fields):
    """Either form gives the fields back, and its first byte tells it from the other."""
    blob = seal_details(KEY, fields, context=CONTEXT)
    other = seal_details_to(EPOCH.public, fields, context=CONTEXT)
    assert open_details(KEY, blob, context=CONTEXT) == fields
    assert open_details_with(EPOCH, other, context=CONTEXT) == fields
    assert (is_hpke_form(blob), is_hpke_form(other), is_hpke_form(b"")) == (False, True, False)


def test_an_injected_nonce_is_used():
    """With the nonce given the blob is determined, and the nonce stands behind the mark."""
    blob = DetailsKey(KEY).seal(FIELDS, context=CONTEXT, nonce=NONCE)
    assert blob == DetailsKey(KEY).seal(FIELDS, context=CONTEXT, nonce=NONCE)
    assert blob[:13] == b"\x02" + NONCE


@pytest.mark.parametrize("size", [0, 8, 11, 13, 24])
def test_a_nonce_has_12_bytes(size):
    """Another length is a mistake of the caller."""
    with pytest.raises(ValueError, match="12 bytes"):
        DetailsKey(KEY).seal(FIELDS, context=CONTEXT, nonce=bytes(size))


def test_lengths_show_by_the_block_only():
    """Names of 1 and of 63 bytes are sealed to the same length."""
    sizes = [len(seal_details(KEY, b"x" * size, context=CONTEXT)) for size in (0, 1, 63, 64, 127)]
    assert sizes == [93, 93, 93, 157, 157]
    others = {len(seal_details_to(EPOCH.public, b"x" * size, context=CONTEXT)) for size in (0, 1, 63)}
    assert others == {hpke.OVERHEAD + 64}


def test_no_altered_details_open():
    """Of all one-bit changes, cuts and additions none is accepted, in either form."""
    blob = DetailsKey(KEY).seal(FIELDS, context=CONTEXT, nonce=NONCE)
    assert_only_itself_opens(blob, lambda blob: open_details(KEY, blob, context=CONTEXT))
    blob = seal_details_to(EPOCH.public, FIELDS, context=CONTEXT)
    assert_only_itself_opens(blob, lambda blob: open_details_with(EPOCH, blob, context=CONTEXT))


@pytest.mark.parametrize("context", ELSEWHERE)
def test_details_open_in_their_place_only(context):
    """Another person, kind of subject or vault is refused, in either form."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_details(KEY, seal_details(KEY, FIELDS, context=CONTEXT), context=context)
    with pytest.raises(IntegrityError):
        open_details_with(EPOCH, seal_details_to(EPOCH.public, FIELDS, context=CONTEXT), context=context)


def test_another_epochs_key_is_refused():
    """Details of one epoch do not open with another's key."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_details(LATER.details_key(), seal_details(KEY, FIELDS, context=CONTEXT), context=CONTEXT)
    with pytest.raises(IntegrityError):
        open_details_with(LATER, seal_details_to(EPOCH.public, FIELDS, context=CONTEXT), context=CONTEXT)


def test_one_form_does_not_open_as_the_other():
    """The forms are not confused, even where somebody has both keys."""
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_details(KEY, seal_details_to(EPOCH.public, FIELDS, context=CONTEXT), context=CONTEXT)
    with pytest.raises(IntegrityError):
        open_details_with(EPOCH, seal_details(KEY, FIELDS, context=CONTEXT), context=CONTEXT)


def test_what_was_not_padded_is_refused():
    """Sealed with the right key but not in our form: refused, in either form."""
    place = pae(details.LABEL, CONTEXT)
    blob = b"\x02" + NONCE + DetailsKey(KEY)._cipher.encrypt(NONCE, b"x" * 64, place)
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_details(KEY, blob, context=CONTEXT)
    blob = hpke.seal(EPOCH.public, b"x" * 64, info=pae(details.HPKE_LABEL, CONTEXT))
    with pytest.raises(IntegrityError, match=REFUSAL):
        open_details_with(EPOCH, blob, context=CONTEXT)


@pytest.mark.parametrize("x", [b"", b"p-1", b"person p-12"])
def test_a_long_list_opens_as_one_does(x):
    """Each in its own place: with another's name, under another shelf, changed or cut it is refused as by `open`."""
    key = DetailsKey(KEY)
    blob = key.seal(FIELDS, context=pae(b"vault", b"person", x), nonce=NONCE)
    open_one = key.opener(b"vault", b"person", last=len(x))
    assert open_one(blob, x) == FIELDS == key.open(blob, context=pae(b"vault", b"person", x))
    elsewhere = key.opener(b"vault", b"account", last=len(x))
    assert_only_itself_opens(blob, lambda blob: open_one(blob, x))
    for refusing, name in ((elsewhere, x), *([(open_one, bytes(len(x)))] if x else [])):
        with pytest.raises(IntegrityError, match=REFUSAL):
            refusing(blob, name)
    with pytest.raises(ValueError, match=f"ends in {len(x)} bytes, not {len(x) + 1}"):
        open_one(blob, x + b"1")


def test_a_copy_opens_in_its_place_and_form_only():
    """Another place, key or form: one refusal; a key of another size is a mistake of ours."""
    key, place, nonce = b"k" * 32, b"here", b"n" * 12
    blob = details.seal_own(key, b"fields", context=place, nonce=nonce)
    assert (blob[:1], details.open_own(key, blob, context=place)) == (b"\x05", b"fields")
    for other, where, sealed in (
        (b"j" * 32, place, blob),
        (key, b"there", blob),
        (key, place, b"\x02" + blob[1:]),
        (key, place, details.DetailsKey(key).seal(b"fields", context=place, nonce=nonce)),
    ):
        with pytest.raises(IntegrityError):
            details.open_own(other, sealed, context=where)
    with pytest.raises(ValueError, match="32 bytes"):
        details.seal_own(b"short", b"fields", context=place, nonce=nonce)
