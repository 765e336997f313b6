"""What is read as a feed: a library's own blog, and what Google's alerts found of it elsewhere.

``entries`` makes one plain shape of RSS, Atom and JSON Feed; ``reader`` gives a blog's entries as posts, ``alerts`` an
alert's as mentions.
"""
