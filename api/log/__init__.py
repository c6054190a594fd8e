"""Every answer and every word of a doctor on it, on disk first, then in the database."""
