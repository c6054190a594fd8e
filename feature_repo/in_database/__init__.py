"""Feast stores that stay inside PostgreSQL: joins run where the rows are, and nothing is copied.

`offline.InDatabaseOfflineStore` answers `get_historical_features`, and
`online.InDatabaseOnlineStore` answers `get_online_features` from the same tables. The package
knows Feast, psycopg, ADBC and Arrow and nothing of the project around it, so it can be lifted out.
"""
