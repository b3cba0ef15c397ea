"""The engine room: every query runs in a cage.

`supervise` forks query workers and web processes from one loaded release; `Cage` is how a web process asks
the workers. A query worker has hard limits of time, memory and file descriptors, so a runaway query costs one
worker and nothing else. The files, from the inside out:

    model       what goes in and out: Query, Answer, Engine
    csv_results, xml_results  what their formats ask for, and pyoxigraph's writers do not do
    dialect     where pyoxigraph reads a query otherwise than the W3C's tests
    columns/    a second path for what counts, groups and joins much
    rewriting/  a query in words that pyoxigraph answers sooner
    evaluate    one query on one store, with errors a person can read; whether it answers the same each time
    remote      the same, asked of another server
    wire        how a web process and a query worker write to each other
    worker      the process in which queries run
    shares      the running queries and what clients have used, in shared memory; which long one makes room
    admission   the admission queue: how many queries may be under way, in all and for one client, and whose turn it is
    line        those of one web process that wait for their turn
    cage        the web process's side
    counted     what the supervisor counts for operators
    supervisor  the process that keeps them all alive, and children that end with their parent
    keeper      the one above it, which goes over to a new release
"""

from interurban.engine.cage import Cage
from interurban.engine.evaluate import repeatable
from interurban.engine.keeper import Beside, keep
from interurban.engine.model import Answer, Engine, Loaded, Query, load
from interurban.engine.remote import Remote
from interurban.engine.supervisor import supervise

__all__ = ["Answer", "Beside", "Cage", "Engine", "Loaded", "Query", "Remote", "keep", "load", "repeatable", "supervise"]
