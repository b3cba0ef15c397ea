"""Which of many things is meant by a name and what is known beside it (record linkage after Fellegi and Sunter).

    names      how a name is compared: any script, without accents, qualifiers and words for a kind
    records    what is compared: names, country, kind, coordinates, population, identifiers
    model      how much each agreement tells, as `data/linking/model.json` has it
    index      all that could be meant, found by name and by place, and ranked

The command `link` and the reconciliation service rank by the same.
"""
