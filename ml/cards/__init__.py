"""The card of a model version as files: Markdown, a page in each language, and its pictures."""
