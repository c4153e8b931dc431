"""Bare scripts: each imports what the command beside it needs, does its cryptography, and nothing else.

None imports Keyholder. They are run as whole processes, in turn with the commands that they stand beside; that of an
append, which has no process of its own, is run in turn with it.
"""
