"""SPARQL 1.1 Query Results CSV. pyoxigraph's own writer does not quote IRIs, of which many have a comma."""

import csv
import io
from typing import IO

from pyoxigraph import BlankNode, QuerySolutions

from interurban.rdf.graphml import text_of

_CHUNK = 65_536  # characters gathered before they are written


def write_csv(solutions: QuerySolutions, output: IO[bytes]) -> None:
    """Write solutions: a term without what tells its kind, an unbound variable as an empty field."""
    gathered = io.StringIO(newline="")
    writer = csv.writer(gathered)  # ends lines with CR LF, as the format asks
    writer.writerow(variable.value for variable in solutions.variables)
    for solution in solutions:
        writer.writerow(str(term) if isinstance(term, BlankNode) else text_of(term) for term in solution)
        if gathered.tell() > _CHUNK:
            output.write(gathered.getvalue().encode())
            gathered.seek(0)
            gathered.truncate()
    output.write(gathered.getvalue().encode())
