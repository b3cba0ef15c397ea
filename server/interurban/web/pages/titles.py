"""What pages are called, by their paths."""

from interurban.iris import DCT
from interurban.web.model.catalog import Catalog
from interurban.web.pages.catalog import CatalogView
from interurban.web.pages.literals import Text
from interurban.web.pages.names import Names

IN_EACH_RELEASE = ("/doc/", "/graph/", "/def/")  # questions and datasets are of the current one
OF_CURRENT = ("/dataset/", "/queries/")


def title(names: Names, path: str, told: Catalog | None) -> Text | None:
    """Return what the list, thing, question or dataset at a path is called; None if none of these is there.

    told: what questions and datasets are of, which only the current release has.
    """
    site = names.site
    if kind := site.vocabulary.lists.get(path):
        return names.plural(kind)
    thing = site.find(path.replace("/doc/", "/id/", 1)) if path.startswith(IN_EACH_RELEASE) else None
    if thing:
        return names.label(thing)
    folder, _, name = path.rpartition("/")
    if told and folder == "/queries" and (question := told.site.questions.get(name)):
        return Text(question.summary.text(names.language))
    if told and folder == "/dataset" and (dataset := told.dataset(name)) in told.datasets:
        return CatalogView(told, names).text(dataset, DCT + "title")
    return None
