"""The picture that those see with whom somebody shares the address of a page: what it is about, and where that is."""

import pyoxigraph as ox

from interurban.iris import SKOS
from interurban.locales import number
from interurban.messages import say
from interurban.pictures.cards import Card, has_letters_of
from interurban.pictures.facts import Map
from interurban.pictures.maps import Layout, layout
from interurban.rdf.terms import NAMES
from interurban.web.http.reader import Reader
from interurban.web.model.catalog import Catalog
from interurban.web.model.site import COUNTRY, Site
from interurban.web.pages.comparison import PATH as COMPARE
from interurban.web.pages.comparison import ComparisonView, two
from interurban.web.pages.literals import Text, label_text
from interurban.web.pages.names import Names
from interurban.web.pages.picture import PATH, Picture
from interurban.web.pages.pictures import picture, picture_of_list, places_of
from interurban.web.pages.related import sentence
from interurban.web.pages.titles import IN_EACH_RELEASE, OF_CURRENT, title

KIND, EXTENSION = "card", "png"
_SITE = "Interurban"
_NAMES = (*NAMES, SKOS + "altLabel")
_COUNTRIES, _QUESTIONS, _COMPARED = f"/{COUNTRY}/", "/queries", f"{COMPARE}/"
# Pages that are about no thing: path -> key of what they are called.
_PAGES = {"/": "motto", _COUNTRIES: "countries", _QUESTIONS: "questions"} | {
    f"/{name}": name
    for name in (
        *("accessibility", "analysis", "catalog", "changes", "compare", "conflicts"),
        *("data", "explore", "releases", "search", "unresolved"),
    )
}


def place(site: Site, path: str) -> str:
    """Return the path of the picture of the page at `path`; one without its own has that of the first page."""
    own = path in _PAGES or path.startswith((*IN_EACH_RELEASE, *OF_CURRENT, _COUNTRIES, _COMPARED))
    return f"{site.mount}{PATH}/{KIND}{path if own else '/'}.{EXTENSION}"


def card(site: Site, told: Catalog, path: str, reader: Reader) -> Card | None:
    """Return what the picture of the page at `path` shows; None if there is no such page."""
    names = _Drawn(site, reader.language)
    if path in _PAGES:
        return _about_all(names, say(f"web-{_PAGES[path]}").text(reader.language), reader)
    if path.startswith(_COMPARED):
        return _compared(site, path.removeprefix(_COMPARED), reader)
    if path.startswith(_COUNTRIES):
        return _country(names, path.removeprefix(_COUNTRIES), reader)
    name = title(names, path, None if site.mount else told)
    if name is None:
        return None
    if kind := site.vocabulary.lists.get(path):
        count = number(len(kind.things), reader.language)
        return Card(_SITE, name.text, "", count, _map(picture_of_list(site, "map", kind.name, {}, reader)))
    if question := site.questions.get(path.removeprefix(f"{_QUESTIONS}/")):
        asked = say(f"web-{_PAGES[_QUESTIONS]}").text(reader.language)
        return Card(asked, name.text, question.description.text(reader.language))
    root = site.find(path.replace("/doc/", "/id/", 1))
    return _thing(names, root, name.text, reader) if root else Card(_SITE, name.text)


class _Drawn(Names):
    """Names that can be drawn, in whatever language, of things that have such a one; of others as they are."""

    def _find_label(self, node: ox.NamedNode) -> Text | None:
        for name in _NAMES:
            said = (label for label in self.site.vocabulary.values(node, name) if isinstance(label, ox.Literal))
            if found := label_text([label for label in said if has_letters_of(label.value)], self.language):
                return found
        return super()._find_label(node)


def _thing(names: Names, root: ox.NamedNode, name: str, reader: Reader) -> Card:
    site = names.site
    classes = names.specific(map(ox.NamedNode, sorted(site.vocabulary.classes_of(root.value))))
    kind = next((names.label(ox.NamedNode(iri)).text for iri in classes), _SITE)
    said = sentence(names, root)
    drawn, itself = _map(picture(site, "map", root, reader)), places_of(site, root, reader)
    return Card(kind, name, said.text if said else "", drawn=drawn or (layout(itself) if itself else None))


def _about_all(names: Names, name: str, reader: Reader) -> Card:
    """Return what a page shows that is about no thing: the map of the first page, and of how many that is."""
    for kind in names.site.presentation.navigated():
        if drawn := _map(picture_of_list(names.site, "map", kind.name, {}, reader)):
            return Card(_SITE, name, names.plural(kind).text, number(len(kind.things), reader.language), drawn)
    return Card(_SITE, name)


def _country(names: Names, code: str, reader: Reader) -> Card | None:
    site, node = names.site, names.site.countries.get(code)
    if node is None:
        return None
    name, countries = names.label(node).text, say("web-countries").text(reader.language)
    for table in (table for table, columns in site.pages.tables.items() if COUNTRY in columns.facets):
        if drawn := _map(picture_of_list(site, "map", table, {COUNTRY: code}, reader)):
            count = number(site.pages.count(table, COUNTRY, node.value), reader.language)
            return Card(countries, name, names.plural(site.vocabulary.kinds[table]).text, count, drawn)
    return Card(countries, name)


def _compared(site: Site, slugs: str, reader: Reader) -> Card | None:
    """Return two things that are compared: what they have in common in a sentence, and where they are."""
    nodes = two(site, *slugs.split("/", 1)) if "/" in slugs else None
    if nodes is None:
        return None
    view = ComparisonView(site, reader.language, *nodes)
    one, other = (view.label(node).text for node in nodes)
    name = say("web-compare-title", one=one, other=other).text(reader.language)
    places = [place for node in nodes if (drawn := places_of(site, node, reader)) for place in drawn.places]
    kind = say("web-compare").text(reader.language)
    return Card(kind, name, view.sentence(), drawn=layout(Map(places)) if places else None)


def _map(found: Picture | None) -> Layout | None:
    return found.layout if found and isinstance(found.facts, Map) else None
