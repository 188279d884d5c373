"""From results to measurements: how far they are from the exact ones, and what that means.

Every check judges by these modules, so that an error has the same grade wherever it is found.
"""
