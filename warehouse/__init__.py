"""The database and what is poured into it: settings, the server, sources, landing."""
