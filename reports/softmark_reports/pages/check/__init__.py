"""A check, for everybody."""
