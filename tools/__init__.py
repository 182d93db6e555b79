"""What makes tables and pictures of `docs/`."""
