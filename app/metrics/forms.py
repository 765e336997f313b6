"""What people give to metrics: figures and posts by hand, tags, breaks of a series, whose figures stand."""

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.metrics.rules.dictionary import Metric
from app.metrics.rules.hand_posts import LONGEST_WHY
from app.metrics.rules.standing import Precedence
from app.metrics.rules.tags import LONGEST_TAG
from app.web.fields import ChoiceField, DayField, Form, Option, SelectField, WholeNumber

#: what can be written down by hand
HAND_METRICS = (
    Metric.FOLLOWERS,
    Metric.POSTS,
    Metric.QUESTIONS_DUE,
    Metric.QUESTIONS_IN_TIME,
    Metric.REACTIONS,
    Metric.COMMENTS,
    Metric.SHARES,
    Metric.VIEWS,
    Metric.LINK_CLICKS,
)


class PrecedenceForm(Form):
    """Whose figures stand in the consortium."""

    precedence = ChoiceField("Whose figures stand", options=[Option(each.value, each.label) for each in Precedence])


class HandForm(Form):
    """A few figures of a day, or of the week that ends on it."""

    day = DayField("Day", [DataRequired("Write the day.")])
    span = ChoiceField(
        "They are of",
        options=[
            Option("day", "This day"),
            Option("week", "The week that ends on it", "Counts are spread over those of its days that hold none."),
        ],
        default="day",
    )
    followers = WholeNumber("Followers at the end of the day", [Optional(), NumberRange(0)])
    posts = WholeNumber("Posts", [Optional(), NumberRange(0)])
    questions_due = WholeNumber("Questions that were due", [Optional(), NumberRange(0)])
    questions_in_time = WholeNumber("Of these answered in time", [Optional(), NumberRange(0)])
    reactions = WholeNumber("Reactions", [Optional(), NumberRange(0)])
    comments = WholeNumber("Comments", [Optional(), NumberRange(0)])
    shares = WholeNumber("Shares", [Optional(), NumberRange(0)])
    views = WholeNumber("Views", [Optional(), NumberRange(0)])
    link_clicks = WholeNumber("Link clicks", [Optional(), NumberRange(0)])


class BreakForm(Form):
    """From which day on a figure means something else, and why."""

    metric = SelectField("Figure", choices=[(metric.value, metric.label) for metric in Metric])
    from_on = DayField(
        "First day counted anew", validators=[DataRequired("Write the first day that was counted anew.")]
    )
    why = StringField(
        "Why", validators=[DataRequired("Write what changed, so that readers understand the break."), Length(max=300)]
    )


class TagForm(Form):
    """What posts are tagged with; what is left as it is stays so. The view gives the choices."""

    topic = SelectField("Topic", default="")
    intent = SelectField("Intent", default="")
    format = SelectField("Format", default="")
    community = StringField("Community", [Length(max=LONGEST_TAG)])
    partner = StringField("Partner", [Length(max=LONGEST_TAG)])
    consent = SelectField("Consent", default="")
    rights = SelectField("Rights", default="")
    approval = SelectField("Approval", default="")
    ai_use = SelectField("Use of AI", default="")
    alt_text = SelectField("Picture descriptions", default="")
    captions = SelectField("Captions", default="")


class TagRuleForm(Form):
    """A hashtag or a word, and the tag that posts with it get."""

    says = StringField("Hashtag or word", [DataRequired("Write a hashtag or a word."), Length(max=LONGEST_TAG)])
    tag = SelectField("Tag")
    own = StringField("Name of the community or partner", [Length(max=LONGEST_TAG)])


class TopicsForm(Form):
    """The consortium's topics, one a line."""

    topics = TextAreaField("Topics", [DataRequired("Write at least one topic.")])


class PostForm(Form):
    """What a person writes down of a post."""

    day = DayField("Day", [DataRequired("Write the day on which it was published.")])
    time = StringField("Time", [DataRequired("Write the time, such as 14:30.")], default="12:00")
    text = TextAreaField("What it says", [DataRequired("Write what the post says, or what it shows.")])
    url = StringField("Address", [Length(max=500)])
    is_reply = BooleanField("It answers somebody")
    has_media = BooleanField("It has a picture or a video")
    reactions = WholeNumber("Reactions", [Optional(), NumberRange(0)])
    comments = WholeNumber("Comments", [Optional(), NumberRange(0)])
    shares = WholeNumber("Shares", [Optional(), NumberRange(0)])
    views = WholeNumber("Views", [Optional(), NumberRange(0)])
    reach = WholeNumber("Reach", [Optional(), NumberRange(0)])


class LogForm(PostForm):
    """A post that no pull reads."""

    account = SelectField("Account", coerce=int)


class CorrectForm(PostForm):
    """The same said anew, and why."""

    why = StringField("Why it is corrected", [DataRequired("Write what was wrong."), Length(max=LONGEST_WHY)])


class RemoveForm(Form):
    """Why a post is removed."""

    why = StringField("Why it is removed", [DataRequired("Write why it goes."), Length(max=LONGEST_WHY)])


class MentionsKeptForm(Form):
    """How long what others said is kept."""

    days = WholeNumber("Days", [InputRequired("Write a number of days.")])
