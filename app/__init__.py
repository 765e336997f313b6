"""Concordance: does what a library's branches do on social media agree with what they said they would do?

The map of the house. Each room is a folder named by a plural noun of the library's trade; rooms stand on
floors, and a room imports only from floors below its own (``.importlinter`` holds the list, ``make check`` the rule)::

    factory                         the roof: the one file that names every room
    desk                            pages that show many rooms: homes, set-up; and the demo
    upkeep                          backup and restore, the doctor, what monitoring asks
    findings                        the rules in force against duties and metrics; what fails and who mends it
    scorecards                      a place against its own targets and beside others
    job_descriptions                the duties of a position, as a document
    duties | goals                  who does what, on which account | strategies, goals, KPIs, targets
    imports                         files of figures on their way in, until they are taken back
    policies | metrics              clauses and rules, adopted by members | what the platforms said, day by day
    accounts                        the official accounts and how to reach them
    people                          logins, persons, positions, memberships; the guard at the door
    consortia                       the tree of places
    mail                            the outbox: each mail a row, sent once
    history | background            what was done, by whom | work that outlives a request
    access                          permission words, who is here, where
    web                             frame, macros, charts, fields; knows no feature
    platforms                       the outside world, behind one small contract
    foundation                      database, clock, periods, figures, errors, ids, secrets

Inside a room: ``views | cli | tasks > forms > actions > queries > models > rules``.
This file holds no code, so that nothing can import upward from it.
"""
