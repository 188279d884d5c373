"""Beside the function under test: it is found, learned, called, timed and put back here.

The same code runs in a worker and in the caller's own process.  It needs the standard library and
NumPy alone.
"""
