"""An Instagram profile for business or creators, by the Graph interface and a token of the Facebook page it is linked to.

``reader`` reads profile, media with the profile's own answers under them, who spoke to it, and statistics by day;
``stream`` asks for the media; ``media`` makes readings of them; ``words`` holds the names of fields. Stories, which are gone after
a day, and private messages are never read. A mention in somebody's caption or comment is told only to an app that
listens all the time, so of mentions only tags and comments are seen.
"""
