"""RDF as bytes: formats, parsing with places, dates with their precision, canonical order."""
