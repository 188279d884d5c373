"""One operation."""
