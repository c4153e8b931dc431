"""What earlier versions of this program wrote still opens, and what it writes has not changed.

The second half reads the same files by the formulas in the modules' first lines, with other building blocks: HMAC
from the standard library, OpenSSL's Argon2id. What only our own code can open would not be a format.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from hashlib import sha256
from unicodedata import normalize

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.crypto.test_hkdf import by_hand
from tests.vectors.make_vectors import BUILDERS, OURS, held, main
from vault.crypto import details, epoch, keyfile, kit, version
from vault.crypto.hpke import Opener
from vault.crypto.keyset import Keyset
from vault.crypto.pae import pae


@pytest.mark.parametrize("name", BUILDERS)
def test_the_files_are_what_the_script_makes(name):
    """Deterministic fields are equal, sealed blobs in the file open to what it says."""
    assert held(name) == BUILDERS[name](held(name))


def test_every_file_has_a_builder():
    """No vector lies about unchecked."""
    assert {path.stem for path in OURS.glob("*.json")} == set(BUILDERS)


def test_the_script_keeps_and_completes(tmp_path, monkeypatch):
    """Run again it changes nothing; a missing or broken seal is made anew."""
    monkeypatch.setattr("tests.vectors.make_vectors.OURS", tmp_path)
    main()
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    main()
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    broken = held("hpke") | {"sealed": "01"}
    assert BUILDERS["hpke"](broken)["sealed"] != "01"


def test_keyfile_opens():
    """The frozen keyset file opens with its passphrase, however its letters are composed."""
    vector = held("keyfile")
    device_secret = bytes.fromhex(vector["device_secret"])
    keyset = keyfile.unlock(
        vector["file"].encode(),
        passphrase=normalize("NFD", vector["passphrase"]),
        device_secret=device_secret,
        floor=keyfile.CHEAPEST_FOR_TESTS,
    )
    assert keyset.reveal().hex() == held("keyset")["secret"]


def test_kit_opens():
    """The frozen kit reads as its secret."""
    assert kit.decode("\n".join(held("kit")["lines"])).hex() == held("kit")["secret"]


def test_epoch_opens():
    """The frozen epoch opens for its member, and its predecessor with it."""
    vector = held("epoch")
    info, public = bytes.fromhex(vector["info"]), bytes.fromhex(vector["public"])
    member = Opener(bytes.fromhex(vector["member_seed"]))
    current = epoch.open_epoch(member, bytes.fromhex(vector["seal"]), info=info, public=public)
    previous = epoch.open_predecessor(
        current,
        bytes.fromhex(vector["predecessor"]),
        info=info,
        public=bytes.fromhex(vector["previous_public"]),
    )
    assert (current.reveal().hex(), previous.reveal().hex()) == (vector["seed"], vector["previous_seed"])


def test_details_open():
    """The frozen details open in both forms."""
    vector = held("details")
    key, context = epoch.EpochKey(bytes.fromhex(vector["epoch_seed"])), bytes.fromhex(vector["context"])
    opened = [
        details.DetailsKey(key.details_key()).open(bytes.fromhex(vector["blob"]), context=context),
        details.open_details_with(key, bytes.fromhex(vector["hpke_blob"]), context=context),
    ]
    assert opened == [bytes.fromhex(vector["plaintext"])] * 2


def test_version_opens():
    """The frozen data key unwraps and the frozen body opens under it."""
    vector = {name: bytes.fromhex(value) for name, value in held("version").items()}
    dek = version.unwrap(vector["commit_key"], vector["wrapped"], context=vector["context"])
    body = version.open_body(dek, vector["blob"], context=vector["context"], commitment=vector["commitment"])
    assert (dek, body) == (vector["dek"], vector["body"])


ZERO = bytes(12)


def test_keyfile_by_its_formula():
    """Argon2id of OpenSSL and HKDF by hand open the keyset file."""
    vector = held("keyfile")
    document = json.loads(vector["file"])
    head = document["header"]
    raw_head = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    cost = head["cost"]
    guess = Argon2id(
        salt=b64decode(head["salt"]),
        length=32,
        iterations=cost["passes"],
        lanes=cost["lanes"],
        memory_cost=cost["memory_kib"],
    ).derive(normalize("NFC", vector["passphrase"]).encode())
    label = b"keyholder/v1/keyfile"
    kek = by_hand(
        guess + bytes.fromhex(vector["device_secret"]),
        salt=sha256(pae(label, raw_head)).digest(),
        info=label,
        length=32,
    )
    secret = ChaCha20Poly1305(kek).decrypt(
        b64decode(head["nonce"]), b64decode(document["ciphertext"]), raw_head
    )
    assert secret.hex() == held("keyset")["secret"]
    assert b64decode(head["fingerprint"]) == Keyset(secret).fingerprint()


def test_version_by_its_formula():
    """HMAC and HKDF by hand open the wrap and the body."""
    vector = {name: bytes.fromhex(value) for name, value in held("version").items()}
    place = pae(b"keyholder/v1/version-wrap", vector["context"])
    wrap_key = hmac.digest(vector["commit_key"], place, "sha256")
    dek = ChaCha20Poly1305(wrap_key).decrypt(ZERO, vector["wrapped"], b"")
    label = b"keyholder/v1/version-body"
    okm = by_hand(dek, salt=sha256(pae(label, vector["context"])).digest(), info=label, length=64)
    padded = ChaCha20Poly1305(okm[:32]).decrypt(ZERO, vector["blob"][1:], b"")
    assert okm[32:] == vector["commitment"]
    assert padded == vector["body"] + b"\x80" + bytes(255 - len(vector["body"]))


def test_details_and_predecessor_by_their_formulas():
    """HKDF by hand opens the details and the predecessor's key."""
    vector = held("details")
    label = b"keyholder/v1/epoch-details"
    key = by_hand(bytes.fromhex(vector["epoch_seed"]), salt=b"", info=label, length=32)
    blob, place = (
        bytes.fromhex(vector["blob"]),
        pae(b"keyholder/v1/details", bytes.fromhex(vector["context"])),
    )
    padded = ChaCha20Poly1305(key).decrypt(blob[1:13], blob[13:], place)
    assert padded.rstrip(b"\0").removesuffix(b"\x80").hex() == vector["plaintext"]
    vector = {name: bytes.fromhex(value) for name, value in held("epoch").items()}
    label = b"keyholder/v1/epoch-predecessor"
    salt = sha256(pae(label, vector["previous_public"], vector["info"])).digest()
    key = by_hand(vector["seed"], salt=salt, info=label, length=32)
    assert ChaCha20Poly1305(key).decrypt(ZERO, vector["predecessor"][1:], b"") == vector["previous_seed"]
