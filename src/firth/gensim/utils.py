"""The constants of ``gensim.utils`` that a ``trim_rule`` returns."""

from __future__ import annotations

RULE_DEFAULT = 0  # min_count decides
RULE_DISCARD = 1
RULE_KEEP = 2
