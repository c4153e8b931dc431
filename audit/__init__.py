"""The witness: a signed, hash-chained log that anybody can check, without the vault that wrote it.

The modules are imported by name, so that reading one entry loads neither a curve nor a word list:

    errors      what can be wrong with a log, and at which entry
    entry       one entry, and the only bytes that it may have
    merkle      RFC 6962 tree, proofs and tiles
    keys        Ed25519, with the keys refused under which everything verifies
    note        C2SP signed notes; `checkpoint` is the note that a commit ends in
    signers     who may sign at which position
    edge        the growing end of a log; `follow` checks what others wrote, `write` makes the next commit
    words       a vault id as ten words
    tiles       the right edge of a tree in tiles, and the files of a log of some size
    folder      read an export; `export` writes one
    scan        the first pass over an export: bytes, chain, tree; `commits` is the second: form and signatures
    verify      both passes and the held heads; `verdict` says in words what was found
    proof       receipts
    paper       a head to be typed back; `quorum` asks what trusted witnesses saw of an export
    cosignature what a witness signs; `witness` decides, `witness_store` remembers, `witness_http` answers
"""
