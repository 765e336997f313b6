"""YouTube by its Data API, with a key of the installation's own; plain JSON, so no library of the platform's.

``reader`` reads a channel and its uploads; ``calls`` asks and turns what goes wrong into the contract's errors. The
Data API tells what a channel and its videos have gathered until now, not what a day brought: views by day come from
the exports of YouTube Studio. Every question is counted as quota units, of which a key has so many a day.
"""
