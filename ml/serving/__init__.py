"""Answers from a bundle alone: light imports, and nothing of training."""
