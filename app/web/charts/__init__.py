"""Charts as SVG drawn on the server: no script, colors by class, and a label that tells the finding in words."""

from app.web.charts.bars import meter, minibar
from app.web.charts.bullet import bullet
from app.web.charts.funnel import FunnelLimit, FunnelPoint, funnel, funnel_pair
from app.web.charts.spark import spark
from app.web.charts.trend import Event, TrendPoint, trend, trend_pair

__all__ = [
    "Event",
    "FunnelLimit",
    "FunnelPoint",
    "TrendPoint",
    "bullet",
    "funnel",
    "funnel_pair",
    "meter",
    "minibar",
    "spark",
    "trend",
    "trend_pair",
]
