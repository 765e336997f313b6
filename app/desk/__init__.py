"""Pages that show many rooms: the home of each place, set-up; and the demo.

A page belongs to the lowest room that stands above all the rooms it shows; what shows nearly everything is here.
``navigation`` gives the frame its sections and counts (``web`` knows no feature). ``demo`` makes up what people and
platforms would have given, never what the product concludes from it.
"""
