"""What implementations answer at the edges."""
