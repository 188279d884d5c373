"""Records as other tools read them: JUnit for continuous integration, Markdown for a comment.

Both speak of the same outcomes, an implementation's check in one format each, so
that they cannot disagree.  The command line and the report use them alike.
"""

from softmark_reports.exchange.junit import junit
from softmark_reports.exchange.markdown import markdown
from softmark_reports.exchange.outcomes import Outcome, outcomes

__all__ = ["Outcome", "junit", "markdown", "outcomes"]
