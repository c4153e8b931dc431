"""The two signatures of a join request."""

from __future__ import annotations

import pytest

from audit import keys
from audit.errors import BadSignature
from vault.crypto import invitation
from vault.crypto.keyset import Keyset

SEED, STATEMENT = bytes(range(32)), b"what is stated"


def test_the_invitations_key_signs_what_its_public_half_verifies():
    """A signature by the one-use key verifies under the key that the log carries."""
    signature = invitation.sign(SEED, invitation.invited(STATEMENT))
    keys.verify(invitation.public_key(SEED), invitation.invited(STATEMENT), signature)


def test_neither_signature_stands_for_the_other():
    """What proves possession of a keyset does not prove an invitation, whatever key made it."""
    keyset = Keyset.generate(lambda size: bytes([7]) * size)
    signature = keyset.sign(invitation.possession(STATEMENT))
    keys.verify(keyset.sign_public, invitation.possession(STATEMENT), signature)
    with pytest.raises(BadSignature):
        keys.verify(keyset.sign_public, invitation.invited(STATEMENT), signature)
