"""The class that a pickle names, read from its opcodes: nothing is unpickled, so that no code of the file runs."""

from __future__ import annotations

import pickletools
import re
import warnings
from pathlib import PurePath

_VECTORS = {  # the module of a class, and where its vectors are
    "Word2Vec": ("gensim.models", ".wv"),
    "Doc2Vec": ("gensim.models", ".wv"),
    "PoincareModel": ("gensim.models.poincare", ".kv"),
}


def pickled_class(head: bytes) -> str | None:
    """The module and the name of the object's class, separated by a space; ``None`` if the pickle names no class.

    Args:
        head: the first bytes of the pickle, which may be truncated.
    """
    strings: list[str] = []
    first: str | None = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in damaged strings
            for code, argument, _ in pickletools.genops(head):
                if code.name == "STACK_GLOBAL" and len(strings) >= 2:
                    named = " ".join(strings[-2:])
                elif code.name == "GLOBAL":
                    named = str(argument)
                else:
                    if "UNICODE" in code.name:
                        strings.append(str(argument))
                    continue
                first = first or named
                if not named.startswith(("copyreg ", "copy_reg ", "builtins object", "__builtin__ object")):
                    return named  # those that only make an object of the class that follows
    except Exception:  # cut, or damaged: anything may come
        return first
    return first


def gensim_hint(name: str, path: PurePath) -> str:
    """The hint for a file that gensim saved: the command that converts it, if there is one.

    Args:
        name: the class of the object.
        path: the file.
    """
    if not re.fullmatch(r"[\w. -]+", path.name):  # nothing that a shell would obey
        path = PurePath("FILE")
    load, table = f".load({path.name!r})", _beside(path, ".txt")
    write = f"from pathlib import Path; Path({table!r}).write_text(''.join(%s), encoding='utf-8')"
    if name.endswith("KeyedVectors") or name in _VECTORS:  # gensim's own writers repeat keys that are numbers
        module, part = _VECTORS.get(name, ("gensim.models", ""))
        kind = name if name in _VECTORS else "KeyedVectors"
        line = f"import numpy; from {module} import {kind}; v = {kind}{load}{part}; "
        line += f"numpy.savez({_beside(path, '.npz')!r}, words=[str(key) for key in v.index_to_key], vectors=v.vectors)"
    elif name == "FastText":
        line = "from gensim.models.fasttext import FastText, save_facebook_model; "
        line += f"save_facebook_model(FastText{load}, {_beside(path, '.bin')!r})"
    elif name in ("Phrases", "FrozenPhrases", "Phraser"):
        found = "export_phrases()" if name == "Phrases" else "phrasegrams"
        line = f"from gensim.models.phrases import {name}; p = {name}{load}; "
        line += write % f"found.replace(p.delimiter, ' ') + chr(10) for found in p.{found}"
    elif name == "Dictionary":
        line = f"from gensim.corpora import Dictionary; d = Dictionary{load}; "
        line += write % "f'{d[i]}{chr(9)}{n}{chr(10)}' for i, n in d.cfs.items()"
    else:
        return "firth has no use for such a model; of gensim's it knows vectors, phrases and dictionaries"
    return f'convert it with: python -c "{line}"'


def _beside(path: PurePath, suffix: str) -> str:
    """A name for the converted file, which differs from that of the original."""
    return path.name + suffix if path.suffix == suffix else path.with_suffix(suffix).name
