"""The formats: each module has one, as a class derived from `trainer.export.format.Format`.

All modules are imported to know what formats there are, also by those who must not load TensorFlow: whatever is
heavy is imported where a format is written.
"""
