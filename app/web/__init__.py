"""The frame around every page: base template, macros, form fields, charts, Markdown, filters, error pages, assets.

Its words: a *frame* is what surrounds a page (who is here, where, which sections); a *status kind* is one of the
four shapes (ok, watch, off, none) that the codes of every room are drawn with.
It knows no feature, no table and no permission: what the frame shows is handed to it by the factory.
"""
