"""The public face: documents of things, pages, the SPARQL endpoint.

It reads a release and asks an engine; it writes nothing.
"""

from interurban.web.app import create_app, serve_web
from interurban.web.site import Edition

__all__ = ["Edition", "create_app", "serve_web"]
