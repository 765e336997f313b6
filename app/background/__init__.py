"""Work that outlives a request: a pull, an import, a rebuild of scorecards.

Words: a *row* is one piece of work with state, due time, attempts and a lease; a *message* only says "look at
row N" and may be lost or doubled; a worker *claims* a row, *renews* its lease while it works, and *finishes* it
fenced by its claim, so that a worker that was thought dead cannot overwrite another's result. The *sweep* finds
due rows and expired leases each minute. Headers are installation-wide (a worker reads them before it knows the
tenant) and hold no payload. Handlers are registered by the factory; nothing here calls upward.
"""
