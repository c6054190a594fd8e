"""What the service takes and gives, as the OpenAPI shows it."""
