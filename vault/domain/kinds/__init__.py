"""The kinds of rule, one file per concept: the typed rule, the reader of its parameters, what it makes of facts.

`registry` collects them; nothing else imports all of them, since showing a secret must not wait for rules that it does
not ask.
"""
