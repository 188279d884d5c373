"""Rows with large errors, found by a search that knows the bound.

Where not all inputs can be tried, as for rows of three logits and more, the largest error that was
found is a lower bound of the worst one: softmark writes ``>=``.
"""

from softmark.searching.found import Found, FoundError, SearchName, read_all, sentence, table
from softmark.searching.objective import NotSearched, Request
from softmark.searching.search import SearchState, replayed, search

__all__ = [
    "Found",
    "FoundError",
    "NotSearched",
    "Request",
    "SearchName",
    "SearchState",
    "read_all",
    "replayed",
    "search",
    "sentence",
    "table",
]
