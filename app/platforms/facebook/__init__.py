"""A Facebook page, by the Graph interface and a token of the page or of somebody who manages it.

``reader`` reads profile, posts with the page's own answers under them, who spoke to it, and statistics by day;
``stream`` asks for the posts; ``words`` holds the names of fields. Comments are seen only under posts of the days
asked for, and of each post only the latest. Groups, private messages and advertisements are never read.
"""
