"""The public face: documents of things, pages, the SPARQL endpoint. It reads releases and asks an engine.

Four rooms, and `app`, which puts them together. A room imports only from those below it:

    app      the application of the releases that are served, and its server
    routes   one file for each resource of the public face
    pages    what a person reads
    http     what a request asks, and what an answer is
    model    what a release says
"""

from interurban.web.app import KINDS, create_app, prepare, serve_web
from interurban.web.model.loaded import LoadedRelease, in_memory, load_releases
from interurban.web.pages.diff import DIFF_FORMATS, diff

__all__ = [
    "DIFF_FORMATS",
    "KINDS",
    "LoadedRelease",
    "create_app",
    "diff",
    "in_memory",
    "load_releases",
    "prepare",
    "serve_web",
]
