"""The tests of Fitboard; the folders are those of what is tested."""
