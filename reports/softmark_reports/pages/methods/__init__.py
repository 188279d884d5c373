"""How all was measured."""
