"""Every sentence of the service, in Spanish and in English, and problem documents made of them."""
