"""What LinkedIn exports of a page: its content by day and by post, and those who began to follow."""

from app.imports.rules.dates import DateOrder
from app.imports.rules.exports.shape import DAY, POST_TEXT, POST_URL, PUBLISHED, Export, FurtherMetric, Metric

_LINKEDIN = ("linkedin",)
_WORDS = {
    # Portuguese
    "data": "date",
    "impressões (orgânicas)": "impressions (organic)",
    "impressões (total)": "impressions (total)",
    "impressões (totais)": "impressions (total)",
    "impressões únicas (orgânicas)": "unique impressions (organic)",
    "reações (total)": "reactions (total)",
    "reações (totais)": "reactions (total)",
    "comentários (total)": "comments (total)",
    "compartilhamentos (total)": "shares (total)",
    "compartilhamentos (totais)": "shares (total)",
    "cliques (orgânicos)": "clicks (organic)",
    "cliques (total)": "clicks (total)",
    "cliques (totais)": "clicks (total)",
    "seguidores patrocinados": "sponsored followers",
    "seguidores orgânicos": "organic followers",
    "seguidores convidados automaticamente": "auto-invited followers",
    "total de seguidores": "total followers",
    # Spanish
    "fecha": "date",
    "impresiones (orgánicas)": "impressions (organic)",
    "impresiones (totales)": "impressions (total)",
    "impresiones (total)": "impressions (total)",
    "impresiones únicas (orgánicas)": "unique impressions (organic)",
    "reacciones (totales)": "reactions (total)",
    "reacciones (total)": "reactions (total)",
    "comentarios (totales)": "comments (total)",
    "comentarios (total)": "comments (total)",
    "veces compartido (total)": "shares (total)",
    # German
    "datum": "date",
    "impressions (organisch)": "impressions (organic)",
    "impressions (gesamt)": "impressions (total)",
    "eindeutige impressions (organisch)": "unique impressions (organic)",
    "reaktionen (gesamt)": "reactions (total)",
    "kommentare (gesamt)": "comments (total)",
    "reposts (gesamt)": "reposts (total)",
    # French
    "impressions (organiques)": "impressions (organic)",
    "impressions (totales)": "impressions (total)",
    "impressions uniques (organiques)": "unique impressions (organic)",
    "réactions (total)": "reactions (total)",
    "commentaires (total)": "comments (total)",
}

EXPORTS = (
    Export(
        name="linkedin_days",
        label="LinkedIn page content by day",
        by="LinkedIn",
        platforms=_LINKEDIN,
        marks=(
            frozenset({"date", "impressions (organic)"}),
            frozenset({"date", "impressions (total)", "reactions (total)"}),
        ),
        reads=(
            (DAY, ("date",)),
            (Metric.VIEWS, ("impressions (total)", "impressions (organic)")),
            (Metric.REACH, ("unique impressions (total)", "unique impressions (organic)")),
            (Metric.REACTIONS, ("reactions (total)", "reactions (organic)")),
            (Metric.COMMENTS, ("comments (total)", "comments (organic)")),
            (Metric.SHARES, ("reposts (total)", "shares (total)", "reposts (organic)", "shares (organic)")),
            (FurtherMetric.CLICKS, ("clicks (total)", "clicks (organic)")),
        ),
        words=_WORDS,
        date_order=DateOrder.MONTH_FIRST,
        may_fall=True,
    ),
    Export(
        name="linkedin_posts",
        label="LinkedIn posts",
        by="LinkedIn",
        platforms=_LINKEDIN,
        marks=(frozenset({"post link", "created date"}), frozenset({"post title", "post link", "impressions"})),
        reads=(
            (POST_URL, ("post link",)),
            (POST_TEXT, ("post title",)),
            (PUBLISHED, ("created date",)),
            (Metric.VIEWS, ("impressions",)),
            (Metric.REACTIONS, ("likes", "reactions")),
            (Metric.COMMENTS, ("comments",)),
            (Metric.SHARES, ("reposts", "shares")),
            (FurtherMetric.CLICKS, ("clicks",)),
            (FurtherMetric.NEW_FOLLOWS, ("follows",)),
            (FurtherMetric.VIDEO_VIEWS, ("views", "views (excluding offsite video views)")),
        ),
        words=_WORDS,
        date_order=DateOrder.MONTH_FIRST,
    ),
    Export(
        name="linkedin_followers",
        label="LinkedIn new followers by day",
        by="LinkedIn",
        platforms=_LINKEDIN,
        marks=(frozenset({"date", "sponsored followers", "organic followers"}),),
        # those who began to follow on the day, and no count of followers
        reads=(
            (DAY, ("date",)),
            (FurtherMetric.NEW_FOLLOWS, ("total followers",)),
            (FurtherMetric.NEW_FOLLOWS_ORGANIC, ("organic followers",)),
            (FurtherMetric.NEW_FOLLOWS_PAID, ("sponsored followers",)),
            (FurtherMetric.NEW_FOLLOWS_INVITED, ("auto-invited followers",)),
        ),
        words=_WORDS,
        date_order=DateOrder.MONTH_FIRST,
        may_fall=True,
    ),
    Export(
        name="linkedin_visitors",
        label="LinkedIn visitors by day",
        by="LinkedIn",
        platforms=_LINKEDIN,
        marks=(frozenset({"date", "total page views (total)"}), frozenset({"date", "overview page views (total)"})),
        reads=(
            (DAY, ("date",)),
            (FurtherMetric.PROFILE_VIEWS, ("total page views (total)", "overview page views (total)")),
            (FurtherMetric.VISITORS, ("total unique visitors (total)", "overview unique visitors (total)")),
        ),
        words=_WORDS,
        date_order=DateOrder.MONTH_FIRST,
    ),
)
