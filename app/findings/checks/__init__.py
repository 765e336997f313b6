"""One check for every rule key of the catalogue, a module a rule family; each judges without reading anything.

``gather`` reads the evidence of a whole consortium at once. A check answers with a result, the cases it rests on and a
sentence; what has no evidence yet is "Cannot be checked", with the reason.
"""
