"""What was done, by whom, when: an append-only chain per consortium.

Words: a *deed* is one entry of the published list (``rules.Deed``); an *entry* covers a salted digest of what
changed and the hash of the entry before it; the *detail* (the values themselves, which may name people) sits in a
side table that can be erased while the chain still verifies. An import is one deed, not one per row.
Lower than every feature: it stores ids and names of kinds, and imports nothing upward.
"""
