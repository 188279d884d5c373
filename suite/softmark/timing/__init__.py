"""From raw block times to figures that can be believed.

The clock itself runs beside the subject, in its process; see
``softmark.calling.clock``.  Here its samples become a median with a spread, a
bandwidth, and a fraction of what copying the same memory achieved in between;
and two of them become an estimate and a word.
"""
