"""Handles that look like another: letters of scripts that imitate each other, side by side or all through.

Latin, Greek, Cyrillic, Armenian and Cherokee share letter shapes, so a handle that mixes two of them is
suspect, and so is one written only in Cyrillic letters that have a Latin twin. Han, Kana, Hangul, Arabic …
beside Latin are everyday and stay silent. Python has no script property; the first word of a letter's Unicode
name is its script. (Unicode Technical Standard 39, sections 4 and 5; this is the small part that concerns
handles.)
"""

from __future__ import annotations

import unicodedata

_IMITATING = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE"})
_STYLED = frozenset(
    {"FULLWIDTH", "MATHEMATICAL", "CIRCLED", "PARENTHESIZED", "SQUARED", "NEGATIVE", "DOUBLE-STRUCK"}
)
_CYRILLIC_TWINS = frozenset("аеорсухіјѕһԁԛԝьгв")


def lookalike_warning(text: str) -> str:
    """What is suspect about the letters of ``text``; empty if nothing is."""
    if text.isascii():
        return ""
    letters = [char for char in text if char.isalpha()]
    scripts = {unicodedata.name(char, "UNKNOWN").partition(" ")[0] for char in letters}
    if styled := scripts & _STYLED:
        return f"has letters that only look like plain ones ({', '.join(sorted(styled)).lower()})"
    imitating = scripts & _IMITATING
    if len(imitating) > 1:
        return f"mixes letters of scripts that look alike ({', '.join(sorted(imitating)).lower()})"
    if letters and _CYRILLIC_TWINS.issuperset("".join(letters).casefold()):
        return "is written in Cyrillic letters that all look like Latin ones"
    return ""
