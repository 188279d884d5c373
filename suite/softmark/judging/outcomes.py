"""verdicts: what each word of a record's verdict says, and the rules that decide.

pass
----
The number is within grade B's bound (``softmark explain grades``), or what must be exact is.

weak
----
Legal but poor: beyond grade B and within grade C, or explained by another published formula, which
the record names.  Other bits by another way to the same result are weak too.  A weak record does
not fail a command, except with --strict.

fail
----
Judged, and wrong: beyond every bound.  A command that has one ends with exit status 1.

policy
------
Not judged: the result is undefined, or a setting of the machine explains it.  It is reported, and
fails nothing.

not offered
-----------
The implementation has no such thing: no gradient, no such axis or format, or an input that its
contract leaves out.

skipped
-------
This profile does not measure it, or a call or a compiler took too long.  It says nothing about
the implementation.  A run of which nothing was judged has passed nothing.

crash, timeout
--------------
The call raised an exception, its process ended, or it gave no result in time.  Both make a command
end with exit status 1.

Flushed to zero
---------------
A zero where a subnormal number is right is excused only if this implementation was shown to flush
in this format and in this mode (forward, vjp, jvp or hvp), and only where the exact value is below
the normal range.  It is shown by a probe, a call on rows whose exact results lie closely below the
normal range and whose steps are far from overflow.  An implementation that keeps subnormal numbers
there has no excuse elsewhere: a sum or an exponential that overflows and so makes zeros is an
error.

In derivatives and in sums a step that is flushed may move a result that is itself a normal number,
such as a thousand times a subnormal probability.  Where the implementation was shown to flush,
an error within grade C for steps that lose the least normal number is excused as a flushed step,
in results below the least normal number divided by the unit roundoff u.

What is excused is a record of its own, "flushed" or "flushed step", verdict policy, with its real
error.  The record of the error leaves these elements out and has their number in its distribution.

No factor of two
----------------
Whatever the roundings of grade C add up to, an error of half the exact value or more is a fail
where grade B's bound, with sums that run along the row, is below an eighth of the exact value.  In
16 and 8 bits, a result of grade C may cancel: there it is that bound with the results of steps, but
not the exponents, rounded to the format.

Published formulas
------------------
An error that the bound of another published formula explains, such as e^(x - logsumexp(x)) or a
repeated logaddexp, is weak and never a fail.  The record names the formula, which must explain the
errors of the whole case.  The operation's page (``softmark explain softmax``) lists its formulas.

Contract
--------
Outside of what a function takes, by its signature, by what it refuses with a clear exception, and
by what its author states (``softmark explain contract``), a case is not offered, and the summary
says why.  What it answers wrongly without an exception is a fail, unless the contract says that it
does not take it.
"""
