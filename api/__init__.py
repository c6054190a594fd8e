"""The service a doctor asks: REST, the page, and the Lambda handler."""

__version__ = "0.1.0"
