"""Keras models as somebody pastes them: from a text to calls of layers, of which `parse.py` makes specs."""
