"""One file for each resource of the public face, named as its address is: what it takes, and what it answers.

Each begins with `router`, a table of addresses, endpoints and their descriptions. A route reads a request with `http`,
asks `model` what the release says, and has `pages` say it to people. What two routes need, one of the other rooms has.
"""
