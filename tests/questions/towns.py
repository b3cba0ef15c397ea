"""A world of towns and memberships, one for each way of knowing when: the tables that test_time.py builds."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from interurban.build import Inputs, check
from interurban.iris import Base
from interurban.resources import room

# Towns on one meridian, a degree apart: town a is the southernmost.
TOWNS = "abcdefghij"
SOURCE = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<graph/{slug}> a iu:Source ; iu:rank {rank} ; dct:issued "2024"^^xsd:gYear ;
    dct:title "Source {slug}"@en , "Fonte {slug}"@it ;
    dct:description "What {slug} says."@en , "Ciò che dice {slug}."@it ; dct:publisher <id/organization/us> ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> .
"""
# One membership in the network of rivers for each way of knowing, by the town's letter.
RIVERS = {
    "a": "2002,,",
    "b": "2019-09-25,,",
    "c": "2002,2010-06,",
    "d": "2010,2010,",
    "e": ",,2024",
    "f": ",,2024-05-29",
    "g": ",,2018",  # and by the second source in May 2020
    "h": "2002,,2002-03-01",
    "i": ",2010,",
    "j": ",,",
}
FILES = {
    "register/source.ttl": SOURCE.format(slug="register", rank=2),
    "register/cities.csv": "slug,label_en,label_it,country,latitude,longitude\n"
    + "".join(f"{t},Town {t},Città {t},ITA,{40 + n},10\n" for n, t in enumerate(TOWNS)),
    "register/governments.csv": "slug,class,label_en,label_it,governs\n"
    + "".join(f"{t},Municipality,Council {t},Comune {t},{t}\n" for t in TOWNS),
    "register/organizations.csv": "slug,label_en,label_it\nus,Us,Noi\n",
    "links/source.ttl": SOURCE.format(slug="links", rank=2),
    "sources/one/source.ttl": SOURCE.format(slug="one", rank=1) + "<graph/one> iu:speaksInPresent true .",
    "sources/one/networks.csv": "slug,form,label_en,label_it\n"
    "hills,OrganizationalCollaboration,Hills,Colline\nrivers,OrganizationalCollaboration,Rivers,Fiumi\n",
    "sources/one/memberships.csv": "government,network,spell,role,start,end,attested_on\n"
    "a,hills,,member,2001-02,2005-06-30,\na,hills,2,member,2006,,\n"
    "b,hills,,member,2003,2004,\n" + "".join(f"{town},rivers,,member,{dates}\n" for town, dates in RIVERS.items()),
    "sources/one/people.csv": "slug,name\nada,Ada\nbea,Bea\ncleo,Cleo\n",
    "sources/one/posts.csv": "slug,label_en,label_it,post_in,role\n"
    "a-mayor,Mayor of a,Sindaco di a,government/a,mayor\n"
    "b-mayor,Mayor of b,Sindaco di b,government/b,governing-mayor\n",
    "sources/one/holdings.csv": "person,post,start,end,attested_on\n"
    "ada,a-mayor,1999,2002-06-15,\nbea,a-mayor,2002-06-15,2006-05-31,\ncleo,a-mayor,2006-06-01,,\ncleo,b-mayor,,,2019\n",
    "sources/one/events.csv": "slug,kind,label_en,label_it,start,end,place\n"
    "day,meeting,A day,Un giorno,2020-02-29,,a\n"
    "days,conference,Some days,Alcuni giorni,2020-02-28,2020-03-01,a\n"
    "month,meeting,In a month,In un mese,2020-02,,a\n"
    "year,meeting,In a year,In un anno,2020,,b\n",
    "sources/one/programmes.csv": "slug,label_en,label_it,owned_by,end\n"
    "p,Programme,Programma,organization/us,\nq,Another,Altro,organization/us,2025\n",
    "sources/one/pairings.csv": "programme,partner_1,partner_2,label_en,label_it,start,end\n"
    "p,a,b,A and b,A e b,2017,\np,a,c,A and c,A e c,2017-03-01,2017-03-01\nq,d,e,D and e,D e e,2020,\n",
    "sources/two/source.ttl": SOURCE.format(slug="two", rank=2),
    "sources/two/memberships.csv": "government,network,role,start,attested_on\n"
    "a,rivers,member,2003,\ng,rivers,member,,2020-05\n",
}


def build(files: Mapping[str, str], data: Path) -> ox.Store:
    """Return the dataset that the package makes of these tables, put into `data`, with the real ontology and shapes."""
    for name, text in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text, encoding="utf-8")
    shutil.copy(room("data") / "tables.json", data)
    for name in ("catalog", "import"):
        shutil.copytree(room("data") / name, data / name)
    return check(replace(Inputs.installed(), data=data), Base()).store
