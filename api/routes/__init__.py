"""Thin routes; each calls one use case."""
