"""A patient's stored history: read in one round trip, and what of it is evidence today."""
