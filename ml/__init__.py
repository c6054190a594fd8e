"""Prediction problems: from a cohort's features to the bundle a model leaves in.

In the order in which a model is made: `problems` (the questions), `cohort` (whose records),
`exploration` (what they look like), `models` (the candidates), `training`, `evaluation`, `export`
(a bundle's files), `cards`, `governance` (the gate), `serving` (answers from a bundle). The
modules beside them are the commands, and what is written of every run.
"""
