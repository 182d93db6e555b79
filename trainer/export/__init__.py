"""A trained network as something to take home: files of several formats, each compared with the network itself.

`job.py` is what commands and pages call. The work is done in a process of its own (`process.py`), which can be ended at
any moment and takes TensorFlow's converters with it if they crash; so nothing here is loaded by the server.
"""
