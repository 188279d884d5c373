"""Conformance, accuracy and speed of every softmax."""

__version__ = "0.1.0"
