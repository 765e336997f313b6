"""What people give to metrics: a file of daily figures."""

from app.web.fields import Form, UploadField


class FileForm(Form):
    """A CSV with one row a day."""

    file = UploadField("CSV file", accept=".csv,text/csv")


class DecideForm(Form):
    """Import what was checked, or put the file aside; nothing to fill in."""
