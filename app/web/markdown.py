"""From the Markdown people write to HTML that is safe on our pages."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"p", "br", "ul", "ol", "li", "em", "strong", "a", "blockquote", "code", "pre", "hr"} | {
    *("h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto"}
_LOWEST = 6
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown(text: str, *, top: int = 3) -> Markup:
    """Paragraphs, lists, emphasis, links, tables; headings start at level ``top``; HTML is shown, not obeyed."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + top - 1, _LOWEST)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        set_tag_attribute_values={"table": {"class": "tbl frame"}, "th": {"scope": "col"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(cleaned)  # noqa: S704 - cleaned the line before: listed tags and addresses only
