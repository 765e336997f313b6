"""The pure thinking of policies: states and legal moves, the catalogue of rules, their parameters and their words.

Import from the file that holds the name: ``states``, ``catalogue``, ``duties_asked``, ``parameters``, ``wording``.
"""
