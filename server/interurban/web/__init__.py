"""The public face: documents of things, pages, the SPARQL endpoint.

It reads a release and asks an engine; it writes nothing.
"""

from interurban.web.app import create_app, serve_web

__all__ = ["create_app", "serve_web"]
