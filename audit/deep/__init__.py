"""A second opinion on a vault's log: what its entries mean, judged without the vault's code and without any key.

The log library knows signers and nothing else of a vault. Here the same log is read as a register: every entry's
fields, every author's right, who could open what, what is owed. None of it is taken from `vault`; where the two
disagree, one of them is wrong, and the tests hold them against each other entry by entry.

    events.toml   the events: subject, author's roles, forms of the fields. Data, held equal to the vault's table
    forms         reads it, and judges forms
    things        what a register holds, as plain objects
    register      what the log says so far, and what more than one rule asks of it
    owed          causes and obligations
    keys, epochs, recovery, joining, confirming, people, requests, accounts, grants, devices, versions, rotation,
    claims, notes, records, documents, continuing, usage, witnesses, erasure, details
                  one function per event: refuse, or change the register
    judge         one entry: known? well formed? by somebody who may? then its function
    report        what an auditor without a key can know; `words` prints it
    reading       the pass over an export that was verified
"""
