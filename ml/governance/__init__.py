"""Which model may serve: limits, the gate, promotion and rollback, drift."""
