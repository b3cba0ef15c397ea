"""What a request asks and what an answer is: negotiation, parameters, cached and streamed answers, problems.

It may import from `model`, whose representations it sends. It knows no HTML, beyond a function it is handed, and no
address of a resource.
"""
