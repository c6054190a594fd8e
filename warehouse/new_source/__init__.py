"""The skeleton of a new source, written from a file of it that nobody has described yet."""
