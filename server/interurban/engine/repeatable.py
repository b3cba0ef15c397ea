"""Whether a query answers the same, byte for byte, each time it is asked of the same release.

There is no parser to ask: pyoxigraph shows nobody what it has understood, and no web process parses what a
stranger wrote. So this looks at the text, and where it is not sure it says no, which is never wrong.
"""

import re

# The functions whose value is new each time (SPARQL 1.1 Query, 17.4). The grammar lets a keyword touch what stands
# before it (`FILTERNOW()`), but behind a function's name there is only space, a comment or its parenthesis.
_FICKLE = re.compile(r"(?:NOW|RAND|UUID|BNODE)[\s#(]", re.IGNORECASE | re.ASCII)
# A template that makes no blank node, whose name would be new each time: no `_:`, no brackets, no collection, and no
# text or comment in which something could hide.
_CONSTRUCT = re.compile(r"CONSTRUCT", re.IGNORECASE | re.ASCII)
_TEMPLATE = re.compile(
    r"CONSTRUCT\s*+(?:WHERE\s*+)?\{(?:[^\"'#~\[\](){}<>_]|<[^<>\"{}|^`\\\x00-\x20]*+>|_(?!:))*+\}",
    re.IGNORECASE | re.ASCII,
)


def repeatable(text: str) -> bool:
    """Tell whether the query surely answers the same each time, if the release has no blank nodes.

    An escape (`\\u004e`) could spell anything, so a query that has one is not taken for repeatable.
    """
    if "\\u" in text.lower() or _FICKLE.search(text):
        return False
    constructs = _CONSTRUCT.findall(text)
    return not constructs or (len(constructs) == 1 and _TEMPLATE.search(text) is not None)
