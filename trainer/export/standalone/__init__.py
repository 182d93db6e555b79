"""Programs that run without the rest of Fitboard: what goes with an export, and what tries one out."""
