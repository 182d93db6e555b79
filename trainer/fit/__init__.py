"""Everything that touches Keras. Importing this package loads TensorFlow, so only a trainer process does.

TensorFlow greets with lines about processors and graphics cards that mean nothing to our users and would stand between
them and our own messages, so its start is made quiet; whoever sets `TF_CPP_MIN_LOG_LEVEL` gets to see them.
"""

import os
import sys


def _load_tensorflow() -> None:
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)  # the lines are written by C++ before its log level is read, so only the pipe can stop them
        import tensorflow as tf

        tf.config.list_physical_devices()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


_load_tensorflow()
