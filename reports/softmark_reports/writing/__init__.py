"""How a number, a name, a formula and a cell read; it knows no record."""
