"""For each kind of rule: what the vault does about such a clause, and what it cannot see."""

from __future__ import annotations

from collections.abc import Mapping

EXPLAINED: Mapping[str, tuple[str, str]] = {
    "approval_chain": (
        "Refuses to open an account or to give access before every approval counts; lists what was there without one.",
        "Whether the approver read what they approved.",
    ),
    "platforms_in_use": (
        "Refuses an account elsewhere without the decision that the document asks for.",
        "Accounts that nobody has entered.",
    ),
    "owner_kinds": (
        "Refuses a new account for an owner that the document does not let have one there.",
        "Who really runs an account.",
    ),
    "password_changers": (
        "Lets custodians prepare a change; judges every other change when it is recorded, for good.",
        "A change on the platform that nobody reports.",
    ),
    "rotate_on_membership_change": (
        "Makes due what somebody who joins or leaves could open or has seen, and lists it until it is changed.",
        "A move that nobody reports.",
    ),
    "lost_device_chain": (
        "Lists who is to be told of a loss, in order; the rotation never waits for it.",
        "What was said to them.",
    ),
    "own_device_record": (
        "Asks of every holder whether they use a device of their own.",
        "A device that nobody mentions.",
    ),
    "screen_lock_attestation": (
        "Lists phones, tablets and laptops whose lock is not attested, or too long ago.",
        "The device itself: it is somebody's statement.",
    ),
    "account_administrator_required": (
        "Lists accounts for which nobody holds the post.",
        "How well it is filled.",
    ),
    "close_consultation": (
        "Refuses to close an account before the consultation; lists what the closing list still lacks.",
        "What followers were told.",
    ),
    "tell_on_change": (
        "Says whom to tell of a change and at which mailbox; lists changes of a login that were not told.",
        "Changes of name and owner are told of when made, and not followed up.",
    ),
    "hold": (
        "Judges who ordered a stop of use; a MUST shows no login in it without an agreement, and what was is listed.",
        "Sessions that are open already, and what is posted through them.",
    ),
    "freeze": (
        "Lets only these roles freeze an account; shows no login of a frozen one.",
        "Sessions open already.",
    ),
    "record_required": (
        "Lists everybody and everything without the record; a MUST refuses the acts that it should come before.",
        "Whether what the record states is true.",
    ),
    "cap": (
        "Lists what is over the number; a MUST refuses one more.",
        "Accounts that nobody has entered.",
    ),
    "account_form": (
        "Lists accounts of another form, or of an unknown one; a MUST opens no account before its form is on record.",
        "The platform itself.",
    ),
    "registered_email": (
        "Compares the registered address with the domains, exactly; a MUST refuses another at the opening.",
        "Which address the platform really has.",
    ),
    "custody": (
        "Lists accounts whose login is not stored. What is stored is sealed to every custodian.",
        "Whether the stored login still works.",
    ),
    "may_hold": (
        "Lists who has access and should not, or by another way; a MUST refuses to give more of it.",
        "Access that the platform gave without the vault.",
    ),
    "post_required": ("Lists accounts for which nobody holds the post.", "How well it is filled."),
    "on_event": (
        "Lists the steps that are not on record, or not in order; a MUST refuses an act of the vault before its steps.",
        "An event, or a step, that nobody records.",
    ),
    "apps": (
        "Lists accounts without a required app, with one that is not allowed, or that lost one.",
        "Which apps the platform really lets in.",
    ),
    "stand_in": (
        "Judges when a stand-in acted: only out of hours, or in an incident; a MUST refuses another way of access.",
        "What a seat in a tool was used for.",
    ),
    "direct_messages": (
        "Judges each reading: who asked, for what, by which authority; a MUST gives no login to who asked and may not.",
        "A reading that nobody records: whoever has the login can read.",
    ),
    "document_review": (
        "Reports a review that is overdue, and a document without a review date.",
        "Nothing.",
    ),
    "dormancy": (
        "Lists each step whose day has come, from the last use or from the day the reminder was sent; closes nothing.",
        "A use that nobody records.",
    ),
    "temporary_account": (
        "Lists accounts whose end has passed or is missing; a MUST opens none without; extends none in silence.",
        "Whether an awaited event has come.",
    ),
    "published_list": (
        "Writes the list, with platform and handle alone: keyholder account list --public --format csv.",
        "Whether, where and when it is published.",
    ),
    "stated": ("Nothing, for the reason given.", "What the reason says."),
}
