"""Imports: files of figures on their way in, from the upload to the day they are taken back.

A *layout* says what a file's columns mean; an *export* is a platform's own file, known by its headings. A file is
*checked* onto the stage, *decided* on, *carried out* part by part, and can be *taken back* for thirty days. Files given
at once are a *batch*. An import is a ``Run`` of ``metrics``, and its figures are days like any other.

This room does not say whose figure stands, or how a day is merged: that is ``metrics``, which knows no file.
"""
