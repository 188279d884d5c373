"""The three places where a function is called, and the messages that go there.

``worker_subject`` calls one in a child process of any interpreter, so that a crash, a hang or
another version of NumPy stays there; ``in_process`` and ``visiting`` call one of this process.  All
share one code path (``encoded`` on this side of the border, ``softmark.calling`` on the other), so
that they answer bit for bit alike.
"""
