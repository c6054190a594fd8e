"""What the data of a problem look like before any model learns from them, and what stays out."""
