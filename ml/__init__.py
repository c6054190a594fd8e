"""Prediction problems, training, the gate, and the bundle a model leaves in."""
