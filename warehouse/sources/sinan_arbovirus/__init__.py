"""Notified cases of dengue, chikungunya or neither, Amazonas and Recife, 2015-20."""
