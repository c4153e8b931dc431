"""A time-stamp authority of one's own, made with openssl: a root, and a certificate that may stamp."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_CONFIG = """
[req]
distinguished_name = dn
[dn]
[stamp]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_cert = stamp.pem
signer_key = stamp.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


class Authority:
    """`stamp(query)` answers as an authority does; `certificates` is what it publishes."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("there is no openssl here")
        folder.mkdir()
        self.folder, self.certificates = folder, folder / "authority.pem"
        (folder / "conf").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        make = (
            "req",
            "-config",
            "conf",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-sha256",
        )
        self.run(
            *make,
            "-x509",
            "-days",
            "9",
            "-subj",
            "/CN=Root",
            "-extensions",
            "ca",
            "-keyout",
            "r.key",
            "-out",
            "r.pem",
        )
        self.run(*make, "-subj", "/CN=Stamp", "-keyout", "stamp.key", "-out", "stamp.csr")
        signed = ("-CA", "r.pem", "-CAkey", "r.key", "-CAcreateserial", "-days", "9", "-extfile", "conf")
        self.run("x509", "-req", "-in", "stamp.csr", *signed, "-extensions", "stamp", "-out", "stamp.pem")
        self.certificates.write_bytes((folder / "r.pem").read_bytes() + (folder / "stamp.pem").read_bytes())

    def run(self, *words: str) -> None:
        quiet = subprocess.DEVNULL
        subprocess.check_call(["openssl", *words], cwd=self.folder, stdout=quiet, stderr=quiet)

    def stamp(self, query: bytes) -> bytes:
        """The answer to a question."""
        (self.folder / "query").write_bytes(query)
        self.run("ts", "-reply", "-config", "conf", "-queryfile", "query", "-out", "answer")
        return (self.folder / "answer").read_bytes()
