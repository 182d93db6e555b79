"""The record of a run: what happened (events), what it adds up to (history), and where it lies (store)."""
