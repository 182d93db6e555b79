"""What makes generated files: pages, tables and pictures of `docs/`, and tables taken from Keras."""
