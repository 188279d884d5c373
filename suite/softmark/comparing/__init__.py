"""What changed between two results, and which of two functions is faster.

``stored`` compares two recorded results: accuracy first, then speed as far as
times of two different hours can say.  ``live`` runs two functions against each
other, which is the sharp way.
"""
