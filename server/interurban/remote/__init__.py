"""Other SPARQL 1.1 servers, which may hold a release in place of our own memory.

options     what a person says of such a server: its addresses, who we are there
connection  one connection over HTTP, with authentication and readable errors
held        which release a server holds, and under which names; whether it is all there
"""
