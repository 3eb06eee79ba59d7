"""The picture: small bar charts of ratios, as SVG written by hand, which needs no library and makes small diffs."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import attrs

from .report import duration
from .sections import Section
from .timing import Comparison

__all__ = ["plot"]

PANELS = {
    ("Encode an order", "10 lines"): "Encode an order of 10 lines",
    ("Decode an order", "10 lines"): "Decode an order of 10 lines",
    ("Encode a discounted order", "10 lines"): "Encode a discounted order of 10 lines",
    ("Decode a discounted order", "10 lines"): "Decode a discounted order of 10 lines",
    ("Send an order, Redis", "10 lines"): "Send an order of 10 lines, Redis",
    ("Send an order, memory broker", "10 lines"): "Send an order of 10 lines, memory broker",
    ("Send an order, Redis", "10 lines, cold"): "The same on Redis, caches cold",
    ("Drain a queue, Redis", "10 lines"): "Work off an order of 10 lines, Redis",
    ("Declare 1,000 tasks", "time"): "Declare 1,000 tasks",
    ("Import", "time"): "Import in a fresh interpreter",
}
"""What is drawn, of all that is measured: section and column, with the panel's title."""

WIDTH, GUTTER = 420, 24
LABEL, VALUE = 166, 44
"""Room for names to the left of the bars and for figures to their right."""
HEAD, ROW, BAR, FOOT = 52, 24, 14, 16

# The card has its own ground: a page can be dark where the system is light, and a picture does not know.
STYLE = """\
.card { fill: #ffffff; stroke: #d9dce1 }
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #3d4451 }
.title { font-size: 14px; font-weight: 600; fill: #14181f }
.unit { font-size: 11px; fill: #667080 }
.name, .figure { text-anchor: end }
.ours { font-weight: 600; fill: #14181f }
.bar { fill: #b9c1cd } .bar.ours { fill: #2f6fde }
.one { stroke: #667080; stroke-dasharray: 2 3 }
.spread { stroke: #14181f; stroke-width: 1.2; opacity: .55 }
@media (prefers-color-scheme: dark) {
.card { fill: #16191f; stroke: #343a45 }
text { fill: #c3cad5 } .title, .ours { fill: #f2f5f9 } .unit { fill: #929cab }
.bar { fill: #4b5463 } .bar.ours { fill: #5b93f5 }
.one { stroke: #929cab } .spread { stroke: #f2f5f9 }
}"""


@attrs.frozen
class _Panel:
    title: str
    comparison: Comparison

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.comparison.contestants) + FOOT

    @property
    def scale(self) -> float:
        """Pixels for a ratio of 1."""
        longest = max(max(result.ratio, result.high) for result in self.comparison.contestants.values())
        return (WIDTH - LABEL - VALUE - 2 * FOOT) / max(longest, 1)

    def draw(self, height: int) -> Iterator[str]:
        baseline = self.comparison.contestants[self.comparison.baseline]
        yield f'<rect class="card" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>'
        yield f'<text class="title" x="{FOOT}" y="24">{escape(self.title)}</text>'
        unit = f"1 = {self.comparison.baseline}, {duration(baseline.seconds)}; less is better"
        yield f'<text class="unit" x="{FOOT}" y="41">{escape(unit)}</text>'
        for row, name in enumerate(self.comparison.contestants):
            yield from self._bar(name, HEAD + ROW * row)
        one = FOOT + LABEL + self.scale
        yield f'<path class="one" d="M{one:.1f} {HEAD - 2}V{self.height - FOOT + 4}"/>'

    def _bar(self, name: str, top: int) -> Iterator[str]:
        result, left, middle = self.comparison.contestants[name], FOOT + LABEL, top + ROW / 2
        ours = " ours" if name.startswith("typedtasks") else ""
        low, high, length = (left + ratio * self.scale for ratio in (result.low, result.high, result.ratio))
        bar = f'x="{left}" y="{top + (ROW - BAR) / 2:g}" width="{length - left:.1f}" height="{BAR}" rx="2"'
        yield f'<text class="name{ours}" x="{left - 8}" y="{middle + 4:g}">{escape(name)}</text>'
        yield f'<rect class="bar{ours}" {bar}/>'
        if name != self.comparison.baseline:
            yield f'<path class="spread" d="M{low:.1f} {middle:g}H{high:.1f}"/>'
        yield f'<text class="figure{ours}" x="{WIDTH - FOOT}" y="{middle + 4:g}">{result.ratio:.2f}</text>'


def plot(sections: list[Section]) -> str:
    """The panels in two columns; those of what was not measured are left out."""
    columns = {(section.title, label): found for section in sections for label, found in section.columns.items()}
    panels = [_Panel(title, columns[key]) for key, title in PANELS.items() if key in columns]
    groups: list[str] = []
    top = 0
    for pair in (panels[start : start + 2] for start in range(0, len(panels), 2)):
        height = max(panel.height for panel in pair)
        for column, panel in enumerate(pair):
            move = f'<g transform="translate({column * (WIDTH + GUTTER)} {top})">'
            groups.append("\n".join([move, *panel.draw(height), "</g>"]))
        top += height + GUTTER
    size = f'viewBox="0 0 {2 * WIDTH + GUTTER} {top - GUTTER}" width="{2 * WIDTH + GUTTER}" height="{top - GUTTER}"'
    root = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    return "\n".join([root, "<title>What typing costs</title>", f"<style>{STYLE}</style>", *groups, "</svg>\n"])
