"""Suspected chikungunya in Foz do Iguaçu, 2023: to validate models elsewhere, never to train."""
