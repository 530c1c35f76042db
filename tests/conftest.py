"""Property tests draw the same examples at every run, so that a change alone can make the suite fail.

`pytest --hypothesis-profile search` draws new ones, ten times as many unless a test sets a number of its own.
"""

from hypothesis import settings

settings.register_profile("suite", derandomize=True, database=None)
settings.register_profile("search", max_examples=1000)
settings.load_profile("suite")
