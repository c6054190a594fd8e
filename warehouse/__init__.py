"""The database and what lands in it: settings, the server, sources, landing."""
