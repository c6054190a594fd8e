"""The command `semia`, the only package that imports all the others."""
