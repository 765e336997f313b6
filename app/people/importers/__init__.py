"""People from a CSV file.

``rows`` is the layout, ``known`` what is here; ``laying`` and ``placing`` lay the rows over a ``roster`` of it, and what
each ``changes`` makes up the plan of ``planning``; ``people`` reads the file and writes the plan.
"""
