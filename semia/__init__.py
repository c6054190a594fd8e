"""The command `semia`, the only room that knows all the others."""
