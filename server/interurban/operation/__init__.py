"""What an operator sees and sets of a running service: its numbers, its log, and whom it trusts to say who asks.

settings    the settings that are for operating
counters    numbers that all processes count, in memory that they share
processes   what the kernel tells of the processes
exposition  all of that as Prometheus reads it, at an address of its own
logged      a line for each request, as JSON
"""
