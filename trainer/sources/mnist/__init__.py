"""MNIST, and other small pictures in the same four arrays of an .npz file."""
