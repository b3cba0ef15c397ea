"""Loading a release into another SPARQL 1.1 server, for `serve --engine remote`.

pieces    a dataset in pieces, each of one graph, always the same ones
store     a dataset on a server that can be written: by graphs (Graph Store Protocol) or by updates
check     whether what a server answers is what was sent
commands  the command `push`
"""

from interurban.push.commands import names_of, push

__all__ = ["names_of", "push"]
