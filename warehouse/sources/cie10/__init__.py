"""ICD-10 in Spanish, as Colombia's ministry of health lists it."""
