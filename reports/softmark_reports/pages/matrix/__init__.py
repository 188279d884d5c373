"""Every implementation in every check."""
