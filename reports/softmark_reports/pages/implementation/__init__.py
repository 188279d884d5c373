"""One implementation."""
