"""What each metric measures, in the words that reports and ``softmark explain`` use.

error
-----
The signed error of a result against the exact value, in ulp of the format at the exact value.
Infinite where an infinity came and a finite number was expected, or the reverse; NaN where a NaN
came.

worst found
-----------
As error, of the row that the search found closest to its bound, or furthest beyond it; the row is
in the witness, no longer one of its case.

error at the winner
-------------------
The largest error of the logarithm of a sure winner's probability, in percent of its exact value,
over gaps between the winner and the others from 1 up; the record has the error by gap.  log(1 + s)
of a small s is 0, which is within the absolute bound and 100 % wrong; log1p(s) is not.  An error
that an evaluation by log1p would not make is weak.

bias
----
The mean signed error, in ulp, of some 10^4 results whose errors are those of their own rounding:
0 for rounding to nearest, half an ulp for truncation.  More than 0.25 is weak.

tail error
----------
As error, of the probabilities below the unit roundoff alone.

flushed
-------
The largest error, in ulp, of results that are 0 where the exact value is below the normal range, of
an implementation that was shown to flush in this format and mode.  A policy, not an error: a
processor or a framework may be set to it.  How many results there are is in the distribution.

flushed step
------------
As flushed, of results of sums and of derivatives that a step explains which is flushed on the way.

row sum
-------
How far the probabilities of a row are from a sum of 1, the sum being exact; in unit roundoffs u.

row sum of exponentials
-----------------------
How far the exponentials of log_softmax are from a sum of 1, in units of their bound.

range
-----
How far a result is outside of the values that the exact result can take, in ulp.

monotone
--------
The largest step down of a result from a logit to the next larger one, in ulp.

ties apart
----------
The largest difference between results of equal logits of a row, in ulp.

distance to limit
-----------------
How far a result at β is from its limit as β → ∞, absolute; the law says that it falls as e^(-β
gap).

vjp error
---------
As error, of the vector-Jacobian product p(g - p·g) (for softmax) of the framework's own backward.

jvp error
---------
As error, of the Jacobian-vector product of the framework's own forward derivative.

hvp error
---------
As error, of the derivative of the vector-Jacobian product along a tangent: second order.

beta gradient error
-------------------
As error, of the derivative with respect to the inverse temperature, one row at a time.

operand gradient error
----------------------
As error, of the derivative with respect to what is given beside the logits, as a sink is.

value in training
-----------------
As error, of the value that the function returns while it is differentiated.

second backward
---------------
The largest distance between two backwards of one graph with one cotangent, in ulp; anything but the
same bits fails.  Not offered where a second one is refused.

cotangent modified
------------------
How many backwards wrote into their cotangent, which belongs to the caller.

shared memory
-------------
How many results share memory with the input, or several elements of which are one number in memory:
what is written into one changes the other.

read-only result
----------------
How many results cannot be written into, though arrays of their framework can be: the numbers are
right, and code that goes on with them in place is refused.

state left behind
-----------------
Whether calls changed what their process shares, each time: NumPy's error state, a random
generator, the working directory, a variable of the environment, the default type or the gradient
mode of a framework, how the processor rounds, ...  What a first call alone changes is not meant.
Weak where other code is only slower or prints other words for it.  It is put back after the call.

result overwritten
------------------
How many backwards wrote into the result of forward, which the caller may still use.

in-place change
---------------
As vjp error, after zeros were written into the logits, or into the result, between forward and
backward.  A value that is no number means that the framework refuses such a backward.

zero sum
--------
How far the gradient of a function that ignores a shift is from summing to 0 over its row, in
units of the sum's own bound.

adjointness
-----------
How far ⟨u, J v⟩ is from ⟨Jᵀu, v⟩, in units of the bound of both.

zero cotangent
--------------
The largest absolute gradient for a cotangent of exactly 0, which must be 0.

no gradient
-----------
The largest absolute gradient of a function that has none.

gradient reaches
----------------
How many layers of a small model a gradient reaches; the norm for each layer is in the record.

shift
-----
The largest distance between the result of logits and that of the same logits moved by an exact
amount, in ulp; of logsumexp and smooth_max less the amount.

permutation
-----------
The largest distance between the results of a row and of the same row in another order, in ulp.

mirror
------
How far softargmax of a reversed row is from n - 1 less that of the row, in ulp.

temperature
-----------
The largest distance between f(x; β) and f(βx; 1) for a β that is a power of two, in ulp.

reflection
----------
How far sigmoid(-x) is from 1 - sigmoid(x), in ulp.

exp
---
The relative error of e^(log_softmax(x)ᵢ) against the exact softmax(x)ᵢ, in unit roundoffs u.

log n
-----
As error, of the logarithm of the number of equal logits.

two classes
-----------
As error, of two classes against the exact sigmoid.

label
-----
As error, of a loss against minus the exact log_softmax at its label.

p - y
-----
As error, of the gradient of cross_entropy for the cotangent 1.

padding
-------
As error, of rows that -∞ surrounds.

order
-----
How far a smooth maximum is on the wrong side of the maximum, or an expected index outside of the
indices, in ulp.

wrong index
-----------
How many indices are not that of a maximum.

masked
------
How many results of masked logits, or gradients that reach one, are not exactly what they must be.
For smooth_max a policy: a masked logit times its weight of 0 is NaN, or is left out.

all masked
----------
Not a number: what is answered for a row of nothing but -∞, whose softmax is 0/0.

one +inf
--------
Not a number: what is answered for a row with one +∞; the limit is a one-hot, ∞ - ∞ is NaN.

several +inf
------------
Not a number: what is answered for a row with several +∞, which have no order.

+inf and -inf
-------------
Not a number: what is answered for a row with +∞ and masked logits.

+inf at the label
-----------------
Not a number: the loss where the label's logit is +∞.

NaN
---
Not a number: which index a row with a NaN has.

n = 0
-----
Not a number: what is answered for rows without logits.

empty batch
-----------
Results for a batch of no rows, of which there are none.

0-d input
---------
Not a number: whether a scalar is a row of one logit, or an error.

subnormal input
---------------
Not a number: whether a subnormal logit that is the result is kept, or flushed to zero.

subnormal output
----------------
Not a number: whether results below the normal range are kept, or flushed to zero.

overflow
--------
Not a number: what is answered beyond the largest number of a format without infinities.

overflow of fp8
---------------
Not a number: whether the framework's own cast of logits beyond 448 to float8_e4m3fn, which has no
infinity, saturates or gives NaN, and what the function then answers, or that it refuses 8 bits.

beta = 0, masked
----------------
Not a number: whether a mask holds at β = 0, where βx is 0 · -∞.

gradient, all masked
--------------------
Not a number: the gradient of a row of nothing but -∞.

all ignored
-----------
Not a number: the mean loss of rows that are all ignored, 0/0.

gradient, all ignored
---------------------
Not a number: the gradient of such a mean.

negative axis
-------------
How many results differ, in any bit, from those along the same axis counted from the front.

axis out of range
-----------------
How many axes that the array lacks are accepted; each must be an error.

input modified
--------------
How many calls wrote into their arguments.

error by mode
-------------
As error, of the worst result in a mode of the framework: without gradients, mapped over an axis,
compiled.  The record has the number of each mode, or why the function refuses it.

compiled code
-------------
Not a number: whether a function that is meant to be compiled ran as compiled code.

output format
-------------
Not a number: whether the result has the input's format, a wider one (weak) or a narrower one
(fail); whether an index is an integer.

integer input
-------------
Not a number: what int64 logits give, an error or a result and its format; wrong when that result is
not what its format holds, as for probabilities cut off to whole numbers.

unsigned input
--------------
As integer input, of uint8; wrong is weak.

bool input
----------
As integer input, of truth values.

label = n
---------
Not a number: the loss of a label just beyond the last class.

label = -1
----------
Not a number: the loss of the label -1.

label = -100
------------
Not a number: the loss of the label -100, which PyTorch ignores.

int32 labels
------------
Not a number: that labels of 32 bits are refused; where they are not, their losses are judged.

strided labels
--------------
As int32 labels, of labels with gaps between them in memory.

run to run
----------
The largest distance between results of the same call repeated, in ulp; anything but the same bits
fails.

after other calls
-----------------
As run to run, of a call before and after calls with other inputs, among hundreds of calls with
three inputs in a drawn order, and of a result read when it was returned and again after those.

concurrent calls
----------------
As run to run, of a call alone and while one, two or four other threads call with other inputs.

batch
-----
The largest distance between a row's results alone and in batches of several sizes, in ulp of the
exact result.  0 is batch invariance, bit for bit; more is weak, and fails where rounding does not
explain it.

threads
-------
As batch, of a call with one thread and with more.

axis
----
As batch, of rows along the last axis and along others.

layout
------
As batch, of the same values contiguous, transposed, strided and offset in memory.

compiled
--------
As batch, of the compiled form of a function and the one that it was compiled from.

beta
----
Not a number: the function takes no inverse temperature, which is then not measured.

peak memory
-----------
The most bytes that a call holds at a time beyond its arguments, over the bytes of those; of calls
after the first.  More than 10 is weak.

time
----
Median time for one element of the logits, in nanoseconds.  Labels of the case say what is not
usual: vjp, cold inputs, all threads, another axis, a graph.

call
----
Not a number: the call gave none.  The message says why.
"""

# Over 300 lines: it is text: a section a metric.
