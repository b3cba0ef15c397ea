"""CKAN with ckanext-dcat, whose parser harvests catalogues: `python harvest.py ADDRESS QUERY`."""

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


def extra(address: str, title: str, *keys: str) -> str:
    """Return what CKAN would show beside a dataset."""
    package = next(package for package in packages(address, "ttl") if package["title"] == title)
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    return ", ".join(str(extras.get(key)) for key in keys)


if __name__ == "__main__":
    told("version", lambda: f"{version('ckanext-dcat')}, CKAN {version('ckan')}")
    for each in FORMATS:
        told(f"/catalog.{each}", partial(counted, sys.argv[1], each))
    told("the dataset of the ontology", lambda: extra(sys.argv[1], "The Interurban ontology", "uri", "identifier"))
