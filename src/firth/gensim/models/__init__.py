"""The names of ``gensim.models`` that firth has."""

from __future__ import annotations

from typing import Any

import firth.gensim
from firth.gensim.refusals import not_offered

__all__ = firth.gensim.__all__


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(firth.gensim, name)
    raise not_offered(name, __name__)
