"""Seals: bytes in, bytes out. No file, no clock, no database; randomness is an argument.

Every derivation is bound to its place by a label `keyholder/v1/<what>` and a context in an injective encoding
(`pae`), every blob starts with a mark that names its kind, and every way to fail at opening is one refusal.

| file | what it makes | first byte |
| --- | --- | --- |
| hpke | bytes sealed to a public key | 01 |
| details | personal fields under a register epoch | 02, or 01 from somebody without its key |
| epoch | a team's key pair; its predecessor's private key | 03 |
| version | the body of one generation of a secret; data keys wrapped (48 bytes, no mark) | 04 |
| keyset, keyfile, kit | a machine's keys; the same under a passphrase; recovery on paper | JSON, text |
| totp, generate, strength, backup | codes, passwords, what a passphrase must be, age files | |
"""
