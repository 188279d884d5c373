"""Every measurement of one check for one implementation."""
