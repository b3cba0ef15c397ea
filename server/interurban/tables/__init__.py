"""Curated tables: one CSVW description (`data/tables.json`) checks them, turns them into RDF and publishes them."""
