"""FHIR R4 in and out, for the doctor's own system; plain JSON, no FHIR library while serving."""
