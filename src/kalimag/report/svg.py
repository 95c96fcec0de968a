"""Matplotlib figures as small, self-contained SVG that is the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito (2008): told apart by every kind of colour vision, and in grey on paper
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
# text stays text, so that a journal can set it; positions are computed with the font Matplotlib brings along
FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kalimag",
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "legend.fontsize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "legend.frameon": False,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_PLACES = re.compile(r'( (?:d|points|x|y|x1|y1|x2|y2|width|height|cx|cy)=")([^"]*)(")')
_ID = re.compile(r'(\bid="|xlink:href="#|\bhref="#|url\(#)([^")]+)')


def drawn(make: Callable[[], Figure], name: str, title: str, description: str) -> str:
    """Draw a figure in the style of the report.

    Parameters
    ----------
    make : gives the figure; called with the style of the report in force.
    name : file name without ending; begins every id in the drawing.
    title, description : for readers who cannot see it.

    Returns
    -------
    str, a whole SVG document without date, outside reference or absolute size.
    """
    import matplotlib

    # a person's own matplotlibrc must not change the bytes of a report
    defaults = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith("backend")}
    style: Any = {**defaults, **STYLE}
    with matplotlib.rc_context(style):
        figure = make()
        page = StringIO()
        figure.savefig(page, format="svg", bbox_inches="tight", pad_inches=0.04, metadata={"Date": None})
    return cleaned(page.getvalue(), name, title, description)


def cleaned(svg: str, name: str, title: str, description: str) -> str:
    """Make Matplotlib's SVG fit to stand inside a page beside others.

    Parameters
    ----------
    svg : as written by Matplotlib.
    name : begins every id.
    title, description : put in as `title` and `desc`.

    Returns
    -------
    str, without prolog and metadata, with two decimals (0.01 pt) in every path.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style type=\"text/css\">.*?</style>\s*</defs>\s*", "", svg, flags=re.DOTALL)
    svg = _ID.sub(lambda found: f"{found[1]}{name}-{found[2]}", svg)
    svg = _PLACES.sub(lambda found: found[1] + _shortened(found[2]) + found[3], svg)
    svg = re.sub(r"font(-family)?: ([^;\"]*?)'?DejaVu Sans'?([^;\"]*)", rf"font\1: \2{FONTS}\3", svg)
    svg = re.sub(r"[ \t]*\n[ \t]*", "\n", svg)
    head, rest = svg.split(">", 1)
    box = re.search(r'viewBox="([^"]*)"', head)
    width = re.search(r'width="([\d.]+)pt"', head)
    if box is None or width is None:
        raise ValueError("this SVG has no viewBox or no width in points")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{_shortened(box[1])}" width="{float(width[1]):.0f}pt" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" '
        f'style="--points: {float(width[1]):.0f}; stroke-linejoin: round; stroke-linecap: butt">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return opening + rest


def _shortened(text: str) -> str:
    return _NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), text)
