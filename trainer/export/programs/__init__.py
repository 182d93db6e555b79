"""A run as a program that trains its network without Fitboard: as a script, or as a notebook.

Both are made of the same steps (`steps.py`): how the data are read is written by their source (`Source.program`), the
network by `trainer/keras_code/writer.py`, and what makes it the same network each time is taken from
`trainer/fit/repeatable.py` as it stands there.
"""
