"""From a published file to rows in `raw`: fetched, protected, poured, and written down."""
