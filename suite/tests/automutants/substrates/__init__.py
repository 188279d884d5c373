"""Right implementations that the program mutates, one a file; it compiles them from their source.

A file says what it computes, for which framework, and in which formats; the function is called as
its operation.  Each passes all checks unchanged, which is tested.
"""
