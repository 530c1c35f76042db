"""The base class of callbacks in gensim scripts, which are called during training."""

from __future__ import annotations

from typing import Any


class CallbackAny2Vec:
    """Override the methods that you need; each receives the :class:`firth.gensim.Word2Vec` that is trained.

    An exception in a method ends the training; the model keeps what it has learned by then.
    """

    def on_train_begin(self, model: Any) -> None:
        """Called before the first epoch."""

    def on_epoch_begin(self, model: Any) -> None:
        """Called before each epoch."""

    def on_epoch_end(self, model: Any) -> None:
        """Called after each epoch, when ``model.wv`` has its vectors."""

    def on_train_end(self, model: Any) -> None:
        """Called after the last epoch."""
