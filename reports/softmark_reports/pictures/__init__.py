"""The pictures of the report: each draws from the tidy table, or from plain mathematics."""
