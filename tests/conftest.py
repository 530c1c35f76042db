"""Property tests draw the same examples at every run, so that a change alone can make the suite fail.

No example has a deadline, for the first may compile a kernel. `pytest --hypothesis-profile search` draws new ones, ten
times as many unless a test sets a number of its own.
"""

from hypothesis import settings

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("suite")
