"""What every request and answer goes through, whatever is asked: limits, headers, refusals."""
