"""The ground floor: what every room stands on and that knows no library word.

Here are the database (``database``), time (``clock``, ``periods``), a figure that is a value or a reason
(``figures``), the errors people may see (``errors``), ids (``ids``) and the keeping of secrets (``crypto``).
Nothing here imports another room, Flask's request, or a table of a feature.
"""
