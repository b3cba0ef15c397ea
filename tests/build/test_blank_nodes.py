"""What people wrote without an address gets one that lasts, or they are told to give it one."""

from pathlib import Path

import pytest

from interurban.build import Inputs, check
from interurban.errors import InputError
from interurban.iris import Base

_BASE = Base("http://base.org/")
_PREFIXES = """@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix iu: <https://w3id.org/interurban/def/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
_THE_FILE = '<graph/letter#file> a iu:Club ; rdfs:label "File" ;'
_FILE = "http://base.org/graph/letter#file"
_DIALECT = 'csvw:dialect [ csvw:delimiter ";" ]'
_SUMS = ('spdx:checksum [ spdx:checksumValue "a" ]', 'spdx:checksum [ spdx:checksumValue "b" ]')


def lines(house: Inputs, text: str) -> list[str]:
    """Return what the dataset says with this besides in a source."""
    path = next(Path(house.data, "sources").iterdir()) / "file.ttl"
    path.write_text(_PREFIXES + text, encoding="utf-8")
    return [line.decode() for line in check(house, _BASE).lines.believed]


def test_a_blank_node_is_called_after_what_has_it_and_the_property(house: Inputs) -> None:
    said = lines(house, f"{_THE_FILE} {_DIALECT} .")
    assert f"<{_FILE}> <http://www.w3.org/ns/csvw#dialect> <{_FILE}-dialect> " in said
    assert f'<{_FILE}-dialect> <http://www.w3.org/ns/csvw#delimiter> ";" ' in said
    assert not any("_:" in line for line in said)


def test_several_have_the_same_names_in_whichever_order_they_stand(house: Inputs) -> None:
    one, other = (
        lines(
            house,
            f"{_THE_FILE} {' ; '.join(order)} .",
        )
        for order in (_SUMS, tuple(reversed(_SUMS)))
    )
    assert one == other
    assert len({line.split(" ")[0] for line in one if f"<{_FILE}-checksum-" in line.split(" ")[0]}) == 2


@pytest.mark.parametrize(
    "text", ['[] csvw:delimiter ";" .', "<s:a> csvw:dialect _:a . <s:b> csvw:dialect _:a .", "_:a csvw:dialect _:a ."]
)
def test_one_that_nothing_leads_to_or_too_much_is_told(house: Inputs, text: str) -> None:
    with pytest.raises(InputError) as raised:
        lines(house, text)
    (problem, *_) = raised.value.problems
    assert problem.place is not None
    assert (Path(problem.place.file).name, problem.place.line) == ("file.ttl", 3)
    assert "blank node" in problem.text("en")
    assert "nodo anonimo" in problem.text("it")
