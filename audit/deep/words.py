"""The report of the deep pass in words and tables, for a person who reads it from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.deep.report import Told

_WHY = {1: "on a lost device, or compromised", 2: "seen by who went", 3: "could be opened by who went"}


def words(told: Told) -> str:
    """Findings first, then who could open what, then what is owed."""
    return "\n".join([*_verdict(told), *_epochs(told), *_accounts(told), *_gone(told), *_owed(told), ""])


def _verdict(told: Told) -> Iterator[str]:
    void, unjudged = told["void"], told["not_judged"]
    yield ""
    if not void and not unjudged:
        yield "Every entry has the fields of its event and an author with the right to write it."
    if void:
        yield f"VOID: {len(void)} well signed entries have no effect. Nothing that follows counts them."
        yield from _odd(void)
    if unjudged:
        yield f"NOT JUDGED: {len(unjudged)} entries. What they change is missing from what follows."
        yield from _odd(unjudged)
    yield from map(_times, told["times"])
    for each in told["waiting"]:
        yield f"Entry {each['entry']} ({each['event']} of {each['subject']}) waits for a second administrator."


def _times(told: Told) -> str:
    before, after = told["before"], told["after"]
    more = f" and {told['entries'] - 1} more after it" if told["entries"] > 1 else ""
    return (
        f"TIMES: entry {before['entry']} by {before['author']} claims {before['time']}, the later entry "
        f"{after['entry']} by {after['author']} claims {after['time']}{more}: one of the clocks was wrong."
    )


def _odd(rows: Sequence[Told]) -> list[str]:
    head = ("entry", "event", "author", "why")
    return table(head, [(str(row["entry"]), row["event"], row["author"], row["reason"]) for row in rows])


def _epochs(told: Told) -> Iterator[str]:
    yield from ("", "Teams: whoever is in an epoch can open what was sealed to it and to those it follows.")
    rows = []
    for epoch in told["epochs"]:
        state = "due" if epoch["due"] else "in force" if epoch["in_force"] else ""
        state = "left out" if epoch["left_out_at_entry"] is not None else state
        for place, member in enumerate(epoch["members"]):
            start = (epoch["team"], str(epoch["number"]), str(epoch["entry"]), state)
            rows.append((*(("",) * 4 if place else start), member["keyset"], _who(member)))
    yield from table(("team", "epoch", "entry", "", "keyset", "person"), rows)


def _who(member: Told) -> str:
    """The person of a keyset, or that it is the recovery kit and who saw that."""
    if "person" in member:
        return str(member["person"])
    return f"recovery kit, seen by {' '.join(member['recovery_kit_seen_by'])}"


def _accounts(told: Told) -> Iterator[str]:
    yield from ("", "Versions: sealed to a custody epoch and, beside it, to the keysets named.")
    rows: list[tuple[str, ...]] = []
    for account in told["accounts"]:
        name = (account["account"], account["platform"])
        for version in account["versions"]:
            parts = " ".join(version["parts"])
            rows.append(
                (
                    *name,
                    f"{version['version']} {version['state']}",
                    str(version["entry"]),
                    str(version["custody_epoch"]),
                    parts,
                    " ".join(_holder(each, version) for each in version["sealed_to"]) or "-",
                )
            )
            name = ("", "")
    yield from table(("account", "platform", "version", "entry", "custody", "components", "holders"), rows)
    without = sum(not account["versions"] for account in told["accounts"])
    if without:
        yield f"{without} more accounts have no secret in the vault."


def _holder(each: Told, version: Told) -> str:
    later = f" (from entry {each['since_entry']})" if each["since_entry"] != version["entry"] else ""
    return f"{each['person']}{later}"


def _gone(told: Told) -> Iterator[str]:
    if not told["gone"]:
        return
    yield from ("", "Keysets that are revoked, and what was sealed to them later.")
    rows = [
        (
            each["person"] or "recovery kit",
            each["keyset"],
            str(each["revoked_at_entry"]),
            "" if each["left_at_entry"] is None else str(each["left_at_entry"]),
            "nothing" if not each["sealed_after"] else _late(each["sealed_after"]),
        )
        for each in told["gone"]
    ]
    yield from table(("person", "keyset", "revoked at", "left at", "sealed later"), rows)


def _late(sealed: Sequence[Told]) -> str:
    return "ENTRIES " + " ".join(str(each["entry"]) for each in sealed)


def _owed(told: Told) -> Iterator[str]:
    owed = sorted(told["obligations"], key=lambda each: (each["class"], each["cause_entry"], each["account"]))
    yield ""
    if not owed:
        yield f"Nothing is owed; {told['discharged']} obligations were discharged."
        return
    yield f"Owed: {len(owed)} component{'' if len(owed) == 1 else 's'} to be changed; {told['discharged']} were."
    for grade, why in _WHY.items():
        rows = [
            (
                each["account"],
                each["component"],
                str(each["cause_entry"]),
                each["cause"],
                each["person"] or "-",
                each["deferred_until"] or "",
            )
            for each in owed
            if each["class"] == grade
        ]
        if rows:
            yield f"Class {grade}: {why}."
            yield from table(("account", "component", "cause", "", "person", "put off until"), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
