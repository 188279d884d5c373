"""One piece of work in parts: on several machines, which share nothing but a folder to merge.

``divided`` cuts the work, ``measure_shard`` does a part, and ``merge`` makes of all parts the file
that one process would have written.
"""

from softmark.shards.dividing import divided, untimed
from softmark.shards.measuring import measure_shard
from softmark.shards.merging import merge
from softmark.shards.parts import ShardError, part_frameworks, parts_folder
from softmark.shards.pieces import measure_on

__all__ = [
    "ShardError",
    "divided",
    "measure_on",
    "measure_shard",
    "merge",
    "part_frameworks",
    "parts_folder",
    "untimed",
]
