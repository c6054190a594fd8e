"""The feature store: Feast objects built from the dbt contracts, and stores inside the database."""
