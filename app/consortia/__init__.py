"""The tree of places: one consortium, its libraries, their branches, with dates and identifiers.

Words: a *place* is a node of the one tree (consortium, system, library, branch); everything else attaches to a
place and holds below it. A *library* is an administrative entity (FSCS key), a *branch* a service point (key and
sequence; central, branch, bookmobile, books-by-mail). A place's *code* is unique in its consortium and names it in
URLs. A place holds what is now; an *event* keeps the day of a change and what was before (name, parent, residents,
key). *Hours* are a week's periods from a day on; a *closure* is for a time, a *closing* for good. ``importers`` reads
the IMLS Public Libraries Survey and files of our own layout. People and accounts are not known here.
"""
