"""A small read-only HTTP server for word vectors: ``firth serve``, or an ASGI application for any other server."""

from firth.serving.application import application
from firth.serving.hosts import Hosts
from firth.serving.limits import Limits
from firth.serving.server import serve

__all__ = ["Hosts", "Limits", "application", "serve"]
