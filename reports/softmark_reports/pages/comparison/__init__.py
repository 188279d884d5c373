"""Two implementations of an operation against each other."""
