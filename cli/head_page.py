"""A head as one page of paper: HTML that stands alone, prints on one sheet of A4, and holds no name.

what is on it      the vault's ten words, the log's name, its size, the root in rows with check digits, times, the
                   keyset that signed; room for a signature by hand
how it is read     headings, lists and a table in reading order; black on white; nothing by colour alone
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the page says."""

    words: Sequence[str]
    origin: str
    size: int
    rows: Sequence[str]
    signer: str
    newest: str
    printed: str


_STYLE = """
@page { size: A4; margin: 18mm }
html { font: 11.5pt/1.45 system-ui, sans-serif; color: #000; background: #fff }
body { max-width: 174mm; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.7rem; margin: 0 0 .3rem }
h2 { font-size: 1.1rem; margin: 1.2rem 0 .3rem; border-bottom: 1px solid #000 }
p { margin: .3rem 0 }
ol { columns: 2; margin: .3rem 0; padding-left: 2.2rem; font-size: 1.15rem }
table { border-collapse: collapse; margin: .3rem 0 }
th { text-align: left; font-weight: 600; padding: .15rem 1.5rem .15rem 0; vertical-align: top }
td { padding: .15rem 0; overflow-wrap: anywhere }
pre { font: 600 1.15rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; margin: .3rem 0; padding: .4rem .8rem;
  border: 2px solid #000; white-space: pre-wrap }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .95em }
.hand { display: grid; grid-template-columns: 1fr 1fr; gap: 12mm 10mm; margin-top: 12mm }
.hand div { border-top: 1px solid #000; padding-top: .2rem }
@media print { body { padding: 0 } }
""".strip()


def page(sheet: Sheet) -> str:
    """The whole page."""
    words = "".join(f"<li>{escape(word)}</li>" for word in sheet.words)
    typed = "\n".join([sheet.origin, str(sheet.size), *sheet.rows])
    facts = (
        ("Entries", f"{sheet.size:,}".replace(",", " ")),
        ("Newest entry", sheet.newest),
        ("Signed with keyset", sheet.signer),
        ("Printed", sheet.printed),
    )
    table = "".join(f'<tr><th scope="row">{name}</th><td>{escape(value)}</td></tr>' for name, value in facts)
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Head of a Keyholder log, {sheet.size} entries</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Head of a Keyholder log</h1>
<p>Whoever keeps this sheet can show later that nothing before this point was changed or taken away.
Keep it where nobody who runs the vault can reach it.</p>
<h2>The vault</h2>
<ol>{words}</ol>
<h2>What was there</h2>
<table><tbody>{table}</tbody></table>
<h2>The head</h2>
<p>To check it later, type these lines into a file, as they stand; the last group of each row finds mistakes.</p>
<pre>{escape(typed)}</pre>
<p>Then: <code>python -m audit verify EXPORT --vault-id "TEN WORDS" --held FILE</code>
or <code>keyholder audit verify --held FILE</code>.
To compare by telephone, read the rows aloud, group by group.</p>
<h2>By hand</h2>
<p>I compared these lines with the vault on the day below.</p>
<div class="hand">
<div>Name in capital letters</div><div>Signature</div>
<div>Office</div><div>Date and time</div>
</div>
</main>
</body>
</html>
"""
