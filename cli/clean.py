"""What may reach a terminal. Names and notes come from many hands, and a terminal obeys what it is shown.

Control characters move the cursor and set the clipboard (CVE-2003-0063 and its successors), bidirectional
controls show a name in another order than it has (CVE-2021-42574), zero-width characters hide in it.

    clean(text)    for people: a line break or tab becomes a space, other invisible characters go
    escape(text)   for JSON text: the same characters as \\uXXXX, so that nothing is lost and nothing acts

A lone surrogate becomes U+FFFD in both.
"""

from __future__ import annotations

from collections.abc import Callable

# Letters and marks by category, but blank to the eye: they would hide between visible ones.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """The text as it may be shown on one line."""
    if text.isascii() and text.isprintable():
        return text
    return _each(_shown, text)


def escape(json_text: str) -> str:
    """JSON text in which whatever does not show itself is an escape."""
    if json_text.isascii() and json_text.isprintable():
        return json_text
    return _each(_escaped, json_text)


def _each(change: Callable[[str], str], text: str) -> str:
    """The text, all but its plain characters changed: one name in a long report must not cost all of it."""
    import re

    return re.sub(r"[^ -~]", lambda found: change(found[0]), text)


def _category(character: str) -> str:
    import unicodedata

    return unicodedata.category(character)


def _shown(character: str) -> str:
    if character in _SPACES:
        return " "
    kind = _category(character)
    if kind == "Cs":
        return _REPLACEMENT
    return "" if kind in {"Cc", "Cf"} or character in _BLANK else character


def _escaped(character: str) -> str:
    kind = _category(character)
    if kind == "Cs":
        return _REPLACEMENT
    if kind not in {"Cc", "Cf", "Zl", "Zp"} and character not in _BLANK:
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))
