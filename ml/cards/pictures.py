"""The pictures of a card, as SVG written by hand: they need no library, and no other file."""

from collections.abc import Mapping, Sequence
from html import escape

from ml.serving.problem_file import Curves, Point

_SIZE, _EDGE = 320, 46
_COLOURS = ("#1f6f8b", "#b3402a", "#5a7d2a", "#7a4b9d", "#8a6d1f")


def calibration(curves: Curves, title: str, across: str, up: str) -> str:
    """Probability given against share right; on the dotted line it means what it says."""
    dots = [_dot(point, _COLOURS[0]) for point in curves.calibration]
    line = _line(curves.calibration, _COLOURS[0])
    return _drawing(title, across, up, [_EVEN, line, *dots])


def roc(curves: Curves, title: str, across: str, up: str, mean: str) -> str:
    """Found against false alarms: each class where they are few, their mean where they are many."""
    drawn: Mapping[str, Sequence[Point]] = curves.roc
    if len(drawn) > len(_COLOURS):
        drawn = {mean: _mean(list(drawn.values()))}
    return _drawing(title, across, up, [_EVEN, *_named(drawn, _SIZE - _EDGE - 14 * len(drawn))])


def decision(curves: Curves, title: str, across: str, up: str, names: Mapping[str, str]) -> str:
    """Net benefit against the probability from which one acts; the bottom is to act on nobody."""
    drawn = {names[policy]: _from_nought(points) for policy, points in curves.benefit.items()}
    return _drawing(title, across, up, _named(drawn, 34))


def _from_nought(points: Sequence[Point]) -> list[Point]:
    """What does harm is drawn as nought, where the picture ends."""
    return [Point(x=point.x, y=max(point.y, 0.0)) for point in points]


def _named(drawn: Mapping[str, Sequence[Point]], top: int) -> list[str]:
    """Lines in the colours of their names, which stand below each other from `top` on."""
    inside = []
    for place, (name, points) in enumerate(drawn.items()):
        colour, y = _COLOURS[place], top + 14 * place
        inside.append(_line(points, colour))
        inside.append(
            f'<text x="{_SIZE - 24}" y="{y}" text-anchor="end" fill="{colour}">{escape(name)}</text>'
        )
    return inside


def _mean(curves: Sequence[Sequence[Point]]) -> list[Point]:
    """The mean of curves that are read at the same places."""
    return [
        Point(x=points[0].x, y=sum(point.y for point in points) / len(points))
        for points in zip(*curves, strict=True)
    ]


def _drawing(title: str, across: str, up: str, inside: Sequence[str]) -> str:
    middle, end = _SIZE / 2, _SIZE - _EDGE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}"'
            f' width="{_SIZE}" height="{_SIZE}" font-family="sans-serif" font-size="11">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{_SIZE}" height="{_SIZE}" fill="#fff"/>',
            f'<rect x="{_EDGE}" y="20" width="{end - 20}" height="{end - 20}" fill="none" stroke="#777"/>',
            f'<text x="{_EDGE}" y="{end + 14}">0</text><text x="{_SIZE - 26}" y="{end + 14}">1</text>',
            f'<text x="{_EDGE - 12}" y="28">1</text>',
            f'<text x="{middle}" y="{_SIZE - 12}" text-anchor="middle">{escape(across)}</text>',
            f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">{escape(up)}</text>',
            *inside,
            "</svg>",
        ]
    )


def _place(point: Point) -> tuple[float, float]:
    wide = _SIZE - _EDGE - 20
    return round(_EDGE + wide * point.x, 1), round(20 + wide * (1 - point.y), 1)


def _line(points: Sequence[Point], colour: str, more: str = "") -> str:
    written = " ".join(f"{x},{y}" for x, y in map(_place, points))
    return f'<polyline points="{written}" fill="none" stroke="{colour}" stroke-width="1.8"{more}/>'


def _dot(point: Point, colour: str) -> str:
    x, y = _place(point)
    return f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>'


_EVEN = _line((Point(x=0, y=0), Point(x=1, y=1)), "#999", ' stroke-dasharray="4 4"')
