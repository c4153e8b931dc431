"""One file for each kind of rule: what meets it, what does not, and what shows neither; edge cases by their id."""
