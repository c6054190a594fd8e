"""The embedded PostgreSQL server, and the roles and schemas any server gets."""
