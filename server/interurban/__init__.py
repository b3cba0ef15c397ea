"""Interurban: the open knowledge graph of how cities work together, and its publisher."""

__version__ = "0.1.0"
