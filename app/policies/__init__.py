"""Policies: what the members said they would do, in clauses people read and rules a machine can check.

A *policy* has *versions*; a published version never changes. A version has numbered *clauses* (Markdown), and a clause
may carry *rules*: a key from the catalogue with typed parameters. The consortium *issues* a version (recommended, or
required by agreement); each library *adopts* it, adopts it with changes clause by clause, or declines. The room also
keeps each rule's *standing* at a place, which the findings room writes down here.
It does not check rules (findings does) and does not ask anyone to sign (attestations does).
"""
