"""How good a model is on patients it never saw: figures, intervals, subgroups, other places."""
