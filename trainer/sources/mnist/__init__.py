"""MNIST, and other small pictures in the same four arrays of an .npz file."""

from trainer.sources.mnist import wording as wording  # known wherever recipes are: logs keep its messages
