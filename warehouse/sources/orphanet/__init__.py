"""Rare disorders with their signs, how frequent each is in them, prevalence, onset: Orphanet."""
