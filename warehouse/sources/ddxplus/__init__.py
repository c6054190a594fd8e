"""Patients made up by a rule-based system from 49 conditions and 223 evidences."""
