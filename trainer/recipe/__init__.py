"""What is to be trained, as pure data: no file but the recipe is read, and TensorFlow is never loaded."""
