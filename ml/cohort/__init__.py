"""The patients of a problem: what is known of them, who is learned from, who is never touched."""
