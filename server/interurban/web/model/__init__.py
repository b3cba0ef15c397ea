"""What a release says, ready to be shown: vocabulary, documents, phases, serializations, the catalogue, the history,
and what a name can mean.

It stands on `release`, `engine`, `matching` and `rdf`, and imports from no other room of the web. It knows no request,
no language of a reader, and no HTML.
"""
