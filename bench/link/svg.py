# SPDX-License-Identifier: Apache-2.0
"""Plots of curves as SVG, nothing but text: readable in a browser and in a diff."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 810, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 260, 40, 50  # margins; the legend stands at the right
COLOURS = ("#0b5394", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#be185d", "#475569")  # by family
DASHES = ("", "6 3", "2 3", "9 3 2 3")  # within one


@dataclass(frozen=True)
class Axis:
    label: str
    low: float
    high: float
    ticks: tuple
    logarithmic: bool = False

    def place(self, value):
        """0 to 1; what is beyond an end stands at it."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def decades(label, low, high):
    """A logarithmic axis with ticks at 1, 2 and 5."""
    steps = (step * 10.0**power for power in range(-3, 5) for step in (1, 2, 5))
    ticks = tuple(step for step in steps if low <= step <= high)
    return Axis(label, low, high, ticks, logarithmic=True)


class Plot:
    def __init__(self, title, x_axis, y_axis):
        self.x_axis, self.y_axis = x_axis, y_axis
        self.families = {}  # how many curves each has
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            self._text(LEFT, TOP - 16, title, "start", 14),
        ]
        self._grid()

    @staticmethod
    def _text(x, y, words, anchor="middle", size=12):
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#222">{escape(words)}</text>'

    @staticmethod
    def _line(x1, y1, x2, y2, style):
        return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {style}/>'

    def _at(self, x, y):
        return (LEFT + self.x_axis.place(x) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - self.y_axis.place(y) * (HEIGHT - TOP - BOTTOM))

    def _grid(self):
        faint = 'stroke="#ddd"'
        for tick in self.x_axis.ticks:
            x, bottom = self._at(tick, self.y_axis.low)
            self.parts += [self._line(x, TOP, x, bottom, faint), self._text(x, bottom + 16, f"{tick:g}")]
        for tick in self.y_axis.ticks:
            left, y = self._at(self.x_axis.low, tick)
            self.parts += [self._line(left, y, WIDTH - RIGHT, y, faint), self._text(left - 8, y + 4, f"{tick:g}", "end")]
        self.parts += [self._text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, self.x_axis.label),
                       f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2:.0f}) rotate(-90)" text-anchor="middle" '
                       f'fill="#222">{escape(self.y_axis.label)}</text>']

    def curve(self, family, name, points, dots=False):
        """`points` from left to right; its name goes into the legend. Curves of a family have one colour."""
        curves, place = sum(self.families.values()), self.families.setdefault(family, 0)
        self.families[family] += 1
        colour = COLOURS[list(self.families).index(family) % len(COLOURS)]
        look = f'stroke="{colour}" stroke-width="2" fill="none"'
        dash = DASHES[place % len(DASHES)]
        look += f' stroke-dasharray="{dash}"' if dash else ""
        places = [self._at(x, y) for x, y in points]
        self.parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}" {look}/>')
        if dots:
            self.parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        y = TOP + 10 + 20 * curves
        left = WIDTH - RIGHT + 14
        self.parts += [self._line(left, y, left + 24, y, look), self._text(left + 30, y + 4, name, "start")]

    def text(self):
        return "\n".join([*self.parts, "</svg>", ""])
