"""Which thing elsewhere a thing of ours is (`interurban link`): decided by a model, or put before a person.

    gazetteers   what things may be elsewhere: GeoNames' places, and tables such as one gathered from Wikidata
    decisions    which of them is meant, if that is sure enough, and what speaks for it
    mappings     decisions and people's verdicts as SSSOM, and what is left for people to review
    wikidata     asking its endpoint: slowly, one query at a time, going on where a run was broken off
    facts        what it says of items
    check        what of that is not as we took it to be
    quickstatements  what Wikidata lacks of what we know, for a person to submit
    review       what waits for a person, as a page
    tools        what every run works with
    asking       what the endpoint is asked for, as `--check` and `--gather`
    commands     what `interurban link` takes and tells

How things are compared is in the room `matching`; the release says which things of ours there are.
"""

from interurban.link.commands import add_options, link

__all__ = ["add_options", "link"]
