"""Signs and combinations that need somebody now, whatever any model says."""
