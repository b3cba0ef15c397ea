"""Which of many things is meant by a name and what is known beside it (record linkage after Fellegi and Sunter).

    names      how a name is compared: any script, without accents, qualifiers and words for a kind
    records    what is compared: names, country, kind, coordinates, population, identifiers
    model      how much each agreement tells, as `data/linking/model.json` has it
    things     what could be meant, found by name, place and identifier
    index      the same, ranked by how sure it is that it is meant

The command `link` and the reconciliation service rank by the same.
"""
