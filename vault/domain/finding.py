"""A finding, as a value: what falls short, of which clauses, seen in which entries, and what somebody does about it."""

from __future__ import annotations

from typing import NamedTuple

# What somebody does about it, by kind; a kind without a line is explained by its words.
NEXT = {
    "void_entry": "keyholder audit show ENTRY",
    "waiting_for_confirmation": "keyholder confirm ENTRY",
    "epoch_due": "any command that writes, by a member of that team",
    "epoch_skipped": "keyholder rotation list; ask who made that epoch and who left it out",
    "recovery_used": "keyholder recovery renew",
    "kit_seen_by_leaver": "keyholder recovery renew",
    "recovery_kit_silenced": "keyholder recovery renew",
    "keyset_silenced": "keyholder person rekey PERSON",
    "only_one_administrator": "keyholder invite",
    "auditor_of_own_work": "keyholder person role PERSON end auditor",
    "false_cosignature": "keyholder audit show ENTRY",
    "no_cosigned_head": "keyholder audit request WITNESS",
    "times_contradict": "keyholder audit show ENTRY; ask both authors",
    "alone_by_own_act": "keyholder confirm ENTRY, by a custodian of before; or keyholder recover PERSON --kit",
    "speaks_for_another": "keyholder confirm ENTRY, by somebody else than who enrolled it",
    "open_claim": "keyholder claim accept|reject CLAIM",
    "not_told": "keyholder device told DEVICE RECIPIENT",
    "owed_class_1": "keyholder rotation list",
    "owed_class_2": "keyholder rotation list",
    "owed_class_3": "keyholder rotation list",
    "rotation_unknown": "keyholder rotation show ACCOUNT",
    "rotation_stands_still": "keyholder rotation take-over ACCOUNT",
    "account_without_secret": "keyholder secret set ACCOUNT",
    "account_without_post": "keyholder post give PERSON POST --for ACCOUNT",
    "account_without_approval": "it stays, say what is known: keyholder note add --about account ACCOUNT @FILE",
    "holder_without_approval": "keyholder account request",
    "deposit_not_allowed": "keyholder rotation start ACCOUNT",
    "rotation_left_out": "keyholder rotation start ACCOUNT",
    "door_said_absent": "keyholder rotation start ACCOUNT",
    "force_lifted": "keyholder account change ACCOUNT --force FORCE; or, by somebody else: keyholder correct ENTRY",
    "owner_kind_unknown": "keyholder account change ACCOUNT --owner-kind KIND",
    "own_device_not_asked": "keyholder device own PERSON yes|no",
    "own_device_not_registered": "keyholder device add",
    "screen_lock_not_attested": "keyholder device change DEVICE --screen-lock yes --attested DATE",
}


class Finding(NamedTuple):
    """One place where the register falls short. ``also``: further clauses that the same thing falls under."""

    kind: str
    words: str
    subject: str = ""
    clause: str = ""
    also: tuple[str, ...] = ()
    weight: str = ""
    evidence: tuple[int, ...] = ()

    @property
    def next(self) -> str:
        return NEXT.get(self.kind, "")
