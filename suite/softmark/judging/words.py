"""words: what the other words of a table say.

bound
-----
The number beyond which a result is wrong, at this element: its format, the length of its row, its
distance from the maximum.  It is derived or cited in the file of its operation; a record has
grade C's and grade B's.

share
-----
The error in units of the bound that decided: 4.5x is four and a half times grade C's bound for a
fail, grade B's for what is weak.  1x and less is within the bound.

witness
-------
The input that gave the number, as hexadecimal floats or as a seeded recipe, the element, what came
there and what was expected.

case
----
One input of a check, as a recipe: family, shape, axis, β, seed.  The same recipe makes the same
logits everywhere.

record
------
One measurement with everything needed to read it later.  ``softmark repro ID`` shows it again.

u
-
The unit roundoff, half an ulp of 1: the largest relative error of one rounding.

of input
--------
Memory that a call takes at its peak, over the size of its input.

known failure
-------------
A failure that is understood and excused beforehand, with its reason; a star marks it.  An entry
that no longer fails is stale, and fails the command until it is deleted.

sampling, sampler
-----------------
A function that draws tokens.  softmark sample TARGET tests whether they come with the probabilities
softmax(x / T): counts of groups of tokens have exact p-values, whose false alarm is proved; all
tests together fail a right sampler with a probability of at most 1e-6.

total variation distance
------------------------
Half the sum of the absolute differences of two distributions' probabilities: the largest difference
that any set of tokens shows.  A sampler that is off by 0.005 on the groups of a case is found in
10^6 draws with a probability of 0.99, the power.

false alarm
-----------
The probability that what is right fails a test of chance.

power
-----
The probability that what is wrong fails a test of chance.

cause
-----
What the cases that fail have in common, and those that pass have not: a condition on their axis,
length, logits, ...  It is found by counting, and says where a function fails, not why.
"""
