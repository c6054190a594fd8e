"""The candidates and what they are made of, up to the temperature of their probabilities."""
