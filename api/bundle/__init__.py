"""The bundle that is served: its models, its vocabulary, and what every answer says alike."""
