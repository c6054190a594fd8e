"""Dengue notified to SIVIGILA in Bucaramanga: surveillance, not patients to learn from."""
