"""Everything that touches Keras. Importing this package loads TensorFlow, so only a trainer process does.

The settings below have to stand before TensorFlow's first import; one that the user has set already is left alone.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # its start-up notes mean nothing to our users; errors still come
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
