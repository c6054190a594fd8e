"""Adult visits to three emergency departments in Connecticut, 2014-17, as known at triage."""
