"""The edge cases of the policies, each a test with its id in its name; docs/edge-cases.md lists them all."""
