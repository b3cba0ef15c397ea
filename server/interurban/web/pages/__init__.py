"""What a person reads: names, dates and values in words, views of documents, templates, embedded markup.

It may import from `http` (who reads, what a link is) and from `model`. It knows no route and no request. HTML is in
`templates/` alone; what is put into it is escaped there.
"""
