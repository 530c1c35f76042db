"""The class that a pickle names, read from its opcodes: nothing is unpickled, so that no code of the file runs."""

from __future__ import annotations

import pickletools
import warnings
from pathlib import PurePath

_VECTORS = {"Word2Vec": ".wv", "Doc2Vec": ".wv", "PoincareModel": ".kv"}
_MODULES = {"PoincareModel": "gensim.models.poincare"}


def pickled_class(head: bytes) -> str | None:
    """The module and the name of the object's class, between a space; ``None`` if the pickle names no class.

    Args:
        head: the first bytes of the pickle, which may be cut.
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
    """What to do with a file that gensim saved: where it can be converted, the command that does it.

    Args:
        name: the class of the object.
        path: the file.
    """
    new = path.name + ".bin" if path.suffix == ".bin" else path.with_suffix(".bin").name
    table = path.name + ".txt" if path.suffix == ".txt" else path.with_suffix(".txt").name
    load = f".load({path.name!r})"
    write = f"open({table!r}, 'w', encoding='utf-8').writelines"
    if name.endswith("KeyedVectors"):
        line = f"from gensim.models import KeyedVectors; KeyedVectors{load}.save_word2vec_format({new!r}, binary=True)"
    elif name in _VECTORS:
        module, vectors = _MODULES.get(name, "gensim.models"), _VECTORS[name]
        line = f"from {module} import {name}; {name}{load}{vectors}.save_word2vec_format({new!r}, binary=True)"
    elif name == "FastText":
        line = "from gensim.models.fasttext import FastText, save_facebook_model; "
        line += f"save_facebook_model(FastText{load}, {new!r})"
    elif name in ("Phrases", "FrozenPhrases", "Phraser"):
        found = "export_phrases()" if name == "Phrases" else "phrasegrams"
        line = f"from gensim.models.phrases import {name}; phrases = {name}{load}; "
        line += f"{write}(found.replace(phrases.delimiter, ' ') + chr(10) for found in phrases.{found})"
    elif name == "Dictionary":
        line = f"from gensim.corpora import Dictionary; words = Dictionary{load}; "
        line += f"{write}(f'{{words[i]}}{{chr(9)}}{{n}}{{chr(10)}}' for i, n in words.cfs.items())"
    else:
        return "firth has no use for such a model; of gensim's it knows vectors, phrases and dictionaries"
    return f'convert it with: python -c "{line}"'
