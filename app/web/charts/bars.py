"""Bars that stand beside a number: the share of a target reached, and the share of a whole."""

from markupsafe import Markup

from app.web.charts.drawing import Scale, Value, known, printable

_CAP = 1.25
_METER = 100


def minibar(part: Value, *, width: int = 44) -> Markup:
    """Share of the own target, 1 being all of it, capped at 125%; decoration, since the number stands beside it."""
    scale = Scale(0, _CAP, 0, width)
    reached, aim = scale(known(part) or 0.0), scale(1.0) - 1
    # written in one piece, since a table holds hundreds of them; it is made of our own numbers alone
    return Markup(  # noqa: S704 - no word from outside is in it
        f'<svg class="ch" viewBox="0 0 {width} 12" width="{width}" aria-hidden="true">'
        f'<rect class="b2" y="2" width="{width}" height="8"/><rect class="val" y="2" width="{reached}" height="8"/>'
        f'<rect class="tgt" x="{aim}" width="2" height="12"/></svg>'
    )


def meter(value: Value, most: Value, label: str) -> Markup:
    """How much of a whole, such as signatures; ``label`` says it in words."""
    whole = known(most) or 0.0
    done = Scale(0, whole, 0, _METER)(known(value) or 0.0) if whole > 0 else 0
    return Markup(
        '<svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="part-of" width="100" height="8"/><rect class="done" width="{}" height="8"/></svg>'
    ).format(printable(label), done)
