"""The public face: documents of things, pages, the SPARQL endpoint.

It reads a release and asks an engine; it writes nothing.
"""

from interurban.web.app import create_app, serve_web
from interurban.web.difference import DIFF_FORMATS, diff
from interurban.web.site import Edition

__all__ = ["DIFF_FORMATS", "Edition", "create_app", "diff", "serve_web"]
