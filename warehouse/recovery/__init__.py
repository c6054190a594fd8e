"""Backups of the warehouse, and the way back from them."""
