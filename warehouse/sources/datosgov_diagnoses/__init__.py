"""Diagnoses of consultations by quarter, counted: what is common, not whom it meets."""
