"""Job descriptions: the social media duties of a position as part 4 of its description, on one page that prints.

A *document* is made afresh from the duties, hours and policies in force on a day; its *clauses* are numbered 4.1,
4.2 and so on, as in the description it belongs to. What a policy allows and forbids is quoted with its *spine label*.
This room stores nothing: it keeps no versions and collects no signatures, only the lines to sign on paper.
"""
