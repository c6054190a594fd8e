"""From what a doctor knows of one patient to an answer with its reasons and limits."""
