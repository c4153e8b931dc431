-- The register: a projection that each client folds from the verified log into its own state.db.
-- It holds ids, codes, dates and hashes only. Delete it and it is made again; the pin is what must be kept.
-- `seq` columns are positions in the log; "until"/"revoked"/"ended" NULL means: in force.

CREATE TABLE pin (                  -- what this client has verified: moves in the same transaction as the tables
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    vault_id TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, last BLOB NOT NULL,
    frontier BLOB NOT NULL, time TEXT NOT NULL
);
CREATE TABLE leaf (                 -- every entry that was verified: its hash, and what it was if it should be lost
    seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,
    event TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '', time TEXT NOT NULL DEFAULT ''
);
CREATE TABLE signer (               -- what the log library believes: who may sign, and who may add and revoke others
    id TEXT PRIMARY KEY, public BLOB NOT NULL, added INTEGER NOT NULL, revoked INTEGER, vouches INTEGER NOT NULL
);
CREATE INDEX signer_public ON signer (public);
CREATE TABLE void (seq INTEGER PRIMARY KEY, event TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE pending (              -- waits for a second administrator
    seq INTEGER PRIMARY KEY, person TEXT NOT NULL, keyset TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL,
    data TEXT NOT NULL, time TEXT NOT NULL, confirmed INTEGER
);

-- people, keys, teams
CREATE TABLE person (id TEXT PRIMARY KEY, details TEXT, state TEXT NOT NULL, added INTEGER NOT NULL, left_at TEXT);
CREATE INDEX person_details ON person (details);
CREATE TABLE role (
    person TEXT NOT NULL, role TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
    PRIMARY KEY (person, role, since)
);
CREATE INDEX role_role ON role (role, until);
CREATE TABLE keyset (
    id TEXT PRIMARY KEY, person TEXT, key TEXT NOT NULL, kem TEXT NOT NULL, purpose TEXT NOT NULL,
    voices TEXT NOT NULL,           -- persons in whose hand it may be besides its own: until somebody else has vouched
    added INTEGER NOT NULL, revoked INTEGER
);
CREATE INDEX keyset_person ON keyset (person);
CREATE INDEX keyset_key ON keyset (key);
CREATE INDEX keyset_kem ON keyset (kem);
CREATE INDEX keyset_added ON keyset (added);
CREATE TABLE removal (              -- an administrator whom a voice ended; back: they are heard again since
    seq INTEGER NOT NULL, person TEXT NOT NULL, voice TEXT NOT NULL, back INTEGER, PRIMARY KEY (seq, person, voice)
);
CREATE INDEX removal_back ON removal (back);
CREATE TABLE epoch (
    id TEXT PRIMARY KEY, team TEXT NOT NULL, number INTEGER NOT NULL, public TEXT NOT NULL, seq INTEGER NOT NULL,
    author TEXT NOT NULL, predecessor TEXT,
    follows TEXT,                   -- the epoch whose key it seals: the one before, or an older one that still opened
    skipped INTEGER                 -- the entry that left this epoch out
);
CREATE INDEX epoch_team ON epoch (team, number);
CREATE INDEX epoch_seq ON epoch (seq);
CREATE INDEX epoch_follows ON epoch (follows);
CREATE TABLE epoch_seal (epoch TEXT NOT NULL, keyset TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (epoch, keyset));
CREATE INDEX epoch_seal_keyset ON epoch_seal (keyset);
CREATE TABLE recovery (
    keyset TEXT NOT NULL, person TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, PRIMARY KEY (keyset, person)
);
CREATE INDEX recovery_until ON recovery (until);
CREATE INDEX recovery_person ON recovery (person);
CREATE TABLE recovery_use (seq INTEGER PRIMARY KEY, keyset TEXT NOT NULL, admits TEXT NOT NULL);
CREATE INDEX recovery_use_keyset ON recovery_use (keyset);
CREATE TABLE invitation (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, key TEXT NOT NULL, roles TEXT NOT NULL, replaces TEXT NOT NULL,
    expires TEXT NOT NULL, made INTEGER NOT NULL, used INTEGER
);
CREATE TABLE post (
    seq INTEGER PRIMARY KEY, person TEXT NOT NULL, post TEXT NOT NULL, scope TEXT, since TEXT NOT NULL, until TEXT
);
CREATE INDEX post_person ON post (person);
CREATE INDEX post_scope ON post (scope);
CREATE TABLE team (id TEXT PRIMARY KEY, kind TEXT NOT NULL, details TEXT NOT NULL, added INTEGER NOT NULL);
CREATE TABLE team_member (
    joined_seq INTEGER PRIMARY KEY, team TEXT NOT NULL, person TEXT NOT NULL, since TEXT NOT NULL, until TEXT,
    left_seq INTEGER
);
CREATE INDEX team_member_team ON team_member (team, person);
CREATE INDEX team_member_person ON team_member (person);

-- accounts and access
CREATE TABLE request (
    id TEXT PRIMARY KEY, platform TEXT NOT NULL, owner_kind TEXT NOT NULL, requester TEXT NOT NULL,
    details TEXT NOT NULL, team TEXT, state TEXT NOT NULL, seq INTEGER NOT NULL,
    kind TEXT NOT NULL, account TEXT, person TEXT, -- kind: account, or the way of access that a person is to have
    fields TEXT NOT NULL            -- which of the document's questions its sealed words answer
);
CREATE INDEX request_person ON request (person);
CREATE INDEX request_details ON request (details);
CREATE TABLE approval (
    seq INTEGER PRIMARY KEY, request TEXT NOT NULL, post TEXT NOT NULL, person TEXT NOT NULL, evidence TEXT,
    occurred_at TEXT NOT NULL, given INTEGER NOT NULL, recorded_by TEXT NOT NULL
);
CREATE INDEX approval_request ON approval (request);
CREATE TABLE account (
    id TEXT PRIMARY KEY, platform TEXT NOT NULL, owner_kind TEXT NOT NULL, type TEXT, force TEXT, team TEXT,
    details TEXT NOT NULL, state TEXT NOT NULL, created_on TEXT, request TEXT, added INTEGER NOT NULL,
    closed INTEGER, closed_at TEXT,
    consulted TEXT                  -- the sealed record of who was consulted before it was closed
);
CREATE INDEX account_team ON account (team);
CREATE TABLE account_use (          -- when it was used and how, as somebody says; a corrected one counts no more
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, day TEXT NOT NULL, how TEXT NOT NULL, person TEXT,
    corrected INTEGER
);
CREATE TABLE follow_up (            -- what was done about its silence, or who allowed it
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, step TEXT NOT NULL, day TEXT NOT NULL, via TEXT, until TEXT,
    post TEXT, person TEXT
);
CREATE TABLE term (                 -- when a temporary account ends: a day, an event, or no more
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, how TEXT NOT NULL, day TEXT NOT NULL, ending TEXT, post TEXT,
    person TEXT
);
CREATE INDEX term_account ON term (account);
CREATE TABLE factor (               -- second factors and recovery channels, and where they live
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL, device TEXT,
    person TEXT, until_seq INTEGER
);
CREATE INDEX factor_account ON factor (account);
CREATE INDEX factor_device ON factor (device);
CREATE TABLE grant_ (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, role TEXT,
    since TEXT NOT NULL, until TEXT, given INTEGER NOT NULL, revoked INTEGER, request TEXT, existing INTEGER NOT NULL
);
CREATE INDEX grant_account ON grant_ (account, person);
CREATE INDEX grant_person ON grant_ (person);
CREATE TABLE device (
    id TEXT PRIMARY KEY, person TEXT, kind TEXT NOT NULL, ownership TEXT NOT NULL, screen_lock TEXT NOT NULL,
    attested_on TEXT, keyset TEXT, details TEXT NOT NULL, state TEXT NOT NULL, added INTEGER NOT NULL, lost INTEGER
);
CREATE INDEX device_person ON device (person);
CREATE INDEX device_keyset ON device (keyset);
CREATE INDEX device_details ON device (details);
CREATE TABLE own_details (          -- copies of a description, for who it is about; earlier ones stay listed
    keyset TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, source TEXT, batch TEXT NOT NULL,
    blob TEXT NOT NULL, PRIMARY KEY (keyset, id, seq)
);
CREATE TABLE unkeyed (              -- described by somebody without the register's key: to be sealed anew
    id TEXT NOT NULL, seq INTEGER NOT NULL, done INTEGER, PRIMARY KEY (id, seq)
);
CREATE INDEX unkeyed_done ON unkeyed (done);
CREATE TABLE device_account (
    device TEXT NOT NULL, account TEXT NOT NULL, since_seq INTEGER NOT NULL, until_seq INTEGER,
    PRIMARY KEY (device, account, since_seq)
);
CREATE INDEX device_account_account ON device_account (account);
CREATE TABLE own_device (           -- no row: nobody asked yet; uses = 0: the person said "none"
    person TEXT PRIMARY KEY, uses INTEGER NOT NULL, answered_at TEXT NOT NULL, seq INTEGER NOT NULL
);

-- secrets: versions, recipients, what was seen, what is owed, the work
CREATE TABLE batch (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, author TEXT NOT NULL);
CREATE TABLE batch_seal (
    batch TEXT NOT NULL, recipient TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (batch, recipient)
);
CREATE TABLE version (
    account TEXT NOT NULL, number INTEGER NOT NULL, seq INTEGER NOT NULL, epoch TEXT NOT NULL, batch TEXT NOT NULL,
    previous INTEGER, why TEXT NOT NULL, state TEXT NOT NULL, blob TEXT NOT NULL, commitment TEXT NOT NULL,
    author TEXT NOT NULL, places INTEGER NOT NULL, occurred_at TEXT NOT NULL, changed_by TEXT, allowed INTEGER,
    PRIMARY KEY (account, number)
);
CREATE INDEX version_epoch ON version (epoch, state);
CREATE TABLE part (
    account TEXT NOT NULL, number INTEGER NOT NULL, part TEXT NOT NULL, origin INTEGER NOT NULL,
    gone INTEGER,                   -- since when the platform has it no more
    PRIMARY KEY (account, number, part)
);
CREATE TABLE recipient (
    account TEXT NOT NULL, number INTEGER NOT NULL, keyset TEXT NOT NULL, seq INTEGER NOT NULL, place INTEGER NOT NULL,
    batch TEXT NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (keyset, account, number)
);
CREATE INDEX recipient_account ON recipient (account, number);
CREATE TABLE exposure (
    seq INTEGER NOT NULL, person TEXT NOT NULL, device TEXT, account TEXT NOT NULL, number INTEGER NOT NULL,
    part TEXT NOT NULL, origin INTEGER NOT NULL, how TEXT NOT NULL, occurred_at TEXT NOT NULL,
    code INTEGER, PRIMARY KEY (seq, part, person)
);
CREATE INDEX exposure_person ON exposure (person);
CREATE INDEX exposure_device ON exposure (device);
CREATE INDEX exposure_account ON exposure (account);
CREATE TABLE cause (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, person TEXT, device TEXT, team TEXT, account TEXT,
    occurred_at TEXT NOT NULL
);
CREATE TABLE obligation (
    cause INTEGER NOT NULL, account TEXT NOT NULL, part TEXT NOT NULL, origin INTEGER NOT NULL,
    class INTEGER NOT NULL, discharged INTEGER, deferred_until TEXT, deferred_by INTEGER,
    PRIMARY KEY (account, part, cause, origin)
);
CREATE INDEX obligation_open ON obligation (discharged, class);
CREATE TABLE rotation (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, number INTEGER NOT NULL, base INTEGER NOT NULL, owner TEXT NOT NULL,
    lease_until TEXT NOT NULL,
    doors TEXT NOT NULL, state TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER
);
CREATE INDEX rotation_account ON rotation (account, ended);
CREATE INDEX rotation_state ON rotation (state, ended);
CREATE TABLE door (
    rotation TEXT NOT NULL, door TEXT NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (rotation, door)
);

-- reports, notes, records
CREATE TABLE notice (
    cause INTEGER NOT NULL, position INTEGER NOT NULL, recipient TEXT NOT NULL, told_at TEXT,
    PRIMARY KEY (cause, recipient)
);
CREATE TABLE claim (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, device TEXT, by TEXT NOT NULL, occurred_at TEXT NOT NULL,
    details TEXT NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL
);
CREATE TABLE record (               -- what stands on record about a subject ('': the vault), by whose statement
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, about TEXT NOT NULL, code TEXT NOT NULL, occurred_at TEXT NOT NULL,
    person TEXT NOT NULL, post TEXT, until TEXT, version TEXT, platform TEXT, good INTEGER NOT NULL, evidence TEXT,
    details TEXT, author TEXT NOT NULL, ended INTEGER, ended_by TEXT, withdrawn INTEGER
);
CREATE INDEX record_about ON record (about, code);
CREATE INDEX record_code ON record (code);
CREATE INDEX record_seq ON record (seq);
CREATE TABLE freeze (               -- when the use of an account was stopped, and why
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, reason TEXT, occurred_at TEXT NOT NULL, ended INTEGER
);
CREATE INDEX freeze_account ON freeze (account);
CREATE TABLE note (id TEXT PRIMARY KEY, about TEXT, entry INTEGER, details TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE INDEX note_entry ON note (entry);
CREATE TABLE blob (                 -- what each sealed value is, as the first entry that names it says
    hash TEXT PRIMARY KEY, seq INTEGER NOT NULL, event TEXT NOT NULL, field TEXT NOT NULL, subject TEXT NOT NULL
);
CREATE TABLE about (                -- sealed words, and whom they concern: what an erasure must reach
    person TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (person, hash)
);
CREATE INDEX about_hash ON about (hash);
CREATE TABLE erased (hash TEXT PRIMARY KEY, person TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE refusal (seq INTEGER PRIMARY KEY, action TEXT NOT NULL, clause TEXT, about TEXT, person TEXT NOT NULL);
CREATE TABLE policy (seq INTEGER PRIMARY KEY, profile TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE backup (seq INTEGER PRIMARY KEY, size INTEGER NOT NULL);
CREATE TABLE restored (             -- heads that administrators declared lost, and from where the log was continued
    seq INTEGER PRIMARY KEY, root TEXT NOT NULL, size INTEGER NOT NULL, continued INTEGER NOT NULL
);

-- heads seen outside; a cosignature is believed when it has been verified against the leaves, not because it is here
CREATE TABLE witness (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER
);
CREATE INDEX witness_name ON witness (name);
CREATE INDEX witness_key ON witness (key);
CREATE INDEX witness_removed ON witness (removed);
CREATE TABLE cosigned (
    seq INTEGER PRIMARY KEY, witness TEXT NOT NULL, size INTEGER NOT NULL, at TEXT NOT NULL, cosignature TEXT NOT NULL
);
CREATE INDEX cosigned_witness ON cosigned (witness);
CREATE TABLE anchor (seq INTEGER PRIMARY KEY, size INTEGER NOT NULL, at TEXT NOT NULL, token TEXT NOT NULL);

-- this client only: keyed tags that find an account, a person or a device by name (HMAC under the member's keyset)
CREATE TABLE lookup (tag BLOB NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, tag, id));
CREATE INDEX lookup_id ON lookup (kind, id);
CREATE TABLE stale (kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id));

-- this client only: what it had verified and gave up, and by which entry; kept when the rest is folded again
CREATE TABLE accepted (
    seq INTEGER NOT NULL, continued INTEGER NOT NULL, size INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (seq, continued, size)
);
CREATE TABLE lost (
    size INTEGER NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL, time TEXT NOT NULL,
    PRIMARY KEY (size, seq)
);
