"""Scripts that make files of this repository: data for the code, documents and pictures."""
