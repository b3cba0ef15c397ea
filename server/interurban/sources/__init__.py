"""From a publisher's file to our tables, which are reviewed and committed like any other; a build never comes here.

    described    what `source.ttl` says of the publisher's files (DCAT)
    cache        where files lie that have been fetched, each by its checksum
    download     one file over HTTP, resumed where it was cut off
    content      what a file looks like from inside
    spreadsheet  the rows of a file, each cell as text
    known        what SQL may ask of what we have: the register, the links, other sources
    database     `import.sql` in DuckDB, which reaches neither files nor network
    account      every row of the input: taken, or left out for a reason
    addresses    which address a key of the publisher's has: minted once, recorded, never given again
    report       the account as a table and in words
    written      the source's folder as it is afterwards, all of it or none
    commands     `fetch` and `import`

How a publisher's columns become ours is in `import.sql` beside `source.ttl`; what every such file may use is in
`data/import/`.
"""

from interurban.sources.commands import add_options, fetch, import_tables

__all__ = ["add_options", "fetch", "import_tables"]
