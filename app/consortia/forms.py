"""What people give on the pages of places."""

from app.web.fields import Form, UploadField


class SurveyForm(Form):
    """The two files of the Public Libraries Survey."""

    libraries = UploadField("First file: libraries", accept=".csv,text/csv", missing="Choose the file of libraries.")
    outlets = UploadField("Second file: outlets", accept=".csv,text/csv", missing="Choose the file of outlets.")


class ApplyForm(Form):
    """Yes, import it: nothing to fill in."""
