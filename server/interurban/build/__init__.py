"""From what people wrote to a release, step by step; each is a file, in the order in which the data run through them.

    read         tables and Turtle, as named graphs
    skolem       what has no address gets one
    questions    the saved questions, as one more
    resolve      everything that is referred to exists
    consolidate  what we believe, and where sources disagree
    derive       what follows by the rules
    validate     the shapes hold
    views        what the dataset is in other people's words; then it is seen whether the saved questions end
    search       what can be found by a name, of that and of the records that names are linked by
    pages        what pages with many things on them read; `comparing` and `pictures` have their parts of it
    modules      the ontology in the documents in which it is written
    meanings     what a name can mean, of the records, found by name, place and identifier
    export       the release folder; `catalog/` describes its datasets and makes their files

`pipeline` runs them; `graphs` and `dataset` are what goes from one to the next. All of it runs in a process of its own
(`confined`), and every query that people wrote is answered in one place (`asking`).
"""

from interurban.build.catalog.composer import compose
from interurban.build.catalog.publisher import ready
from interurban.build.catalog.quality import assess
from interurban.build.dataset import Dataset
from interurban.build.export import Exported, export
from interurban.build.pipeline import Inputs, check, check_alone, prepare

__all__ = [
    "Dataset",
    "Exported",
    "Inputs",
    "assess",
    "check",
    "check_alone",
    "compose",
    "export",
    "prepare",
    "ready",
]
