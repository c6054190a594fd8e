"""Many patients in one text: read, answered and noted a line at a time."""
