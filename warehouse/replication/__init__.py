"""A second server that takes over, and the de-identified part on a third, in the cloud."""
