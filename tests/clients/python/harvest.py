"""CKAN with ckanext-dcat, whose parser harvests catalogues: `python harvest.py ADDRESS QUERY`."""

import json
import sys
from functools import partial
from importlib.metadata import version
from typing import Any

import requests
from ckanext.dcat.processors import RDFParser

from clients.python.told import told

FORMATS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


def packages(address: str, form: str) -> list[dict[str, Any]]:
    """Return the datasets of the catalogue in one format, as CKAN would store them."""
    answer = requests.get(f"{address}catalog.{form}", timeout=60)
    answer.raise_for_status()
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(answer.content, _format=FORMATS[form])
    return sorted(parser.datasets(), key=lambda package: str(package["title"]))


def counted(address: str, form: str) -> str:
    """Say how much was found, and how much of it can be shown."""
    found = packages(address, form)
    resources = [resource for package in found for resource in package["resources"]]
    shown = [p for p in found if p["title"] and p["notes"] and p["tags"]]
    linked = [r for r in resources if r["name"] and r["url"] and r["license"] and r["mimetype"] and r["size"]]
    return f"{len(found)} datasets, {len(shown)} complete; {len(resources)} files, {len(linked)} complete"


def known(address: str) -> str:
    """Say which licences CKAN recognises, and what it calls the formats of the files."""
    found = packages(address, "ttl")
    licences = {str(package["license_id"]) for package in found}
    formats = {str(resource["format"]) for package in found for resource in package["resources"]}
    return "; ".join(", ".join(sorted(names)) for names in (licences, formats))


def memberships(address: str) -> str:
    """Say what stands first on the page of a dataset, and whether it lies on the map."""
    titled = {package["title"]: package for package in packages(address, "ttl")}
    title = "Memberships of cities in networks"
    extras = {extra["key"]: extra["value"] for extra in titled[title]["extras"]}
    shape, name = json.loads(extras["spatial"])["type"], "named" if extras["spatial_text"] else "without name"
    return f"{title}; {titled[title]['resources'][0]['name']}; a {shape}, {name}"


if __name__ == "__main__":
    told("version", lambda: f"{version('ckanext-dcat')}, CKAN {version('ckan')}")
    for each in FORMATS:
        told(f"/catalog.{each}", partial(counted, sys.argv[1], each))
    told("the licences, and the formats of files", partial(known, sys.argv[1]))
    told("the dataset `memberships`: title, first file, place", partial(memberships, sys.argv[1]))
