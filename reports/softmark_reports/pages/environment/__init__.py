"""Where the results are from."""
