"""Visits to two Korean emergency departments, 2016-17, with the triage level experts agreed on."""
