"""Pictures drawn by the server, as SVG. Plain facts go in, text comes out; what the facts are about is not known here.

`facts` has what can be drawn; `bars`, `maps`, `timelines`, `growth` and `egos` say where each mark stands; `drawing`
puts that into the templates. `projection` and `scales` turn places and numbers into units. The colours stand in
picture.css of the pages, which a picture by itself carries along.

Why it is so: docs/decisions/030-pictures.md.
"""
