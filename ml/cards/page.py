"""Markdown as this project's cards use it, as one page that needs no other file and no script."""

import base64
import re
from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from typing import Literal

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0;
  border-bottom: 1px solid #ddd; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
code { overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
"""
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([\w.]+)\)")


def page(
    markdown: str, title: str, language: Literal["es", "en"], pictures: Mapping[str, str]
) -> str:
    """The page of a card; `pictures` maps a file that the Markdown names to its SVG."""
    body = "\n".join(_blocks(markdown, pictures))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _blocks(markdown: str, pictures: Mapping[str, str]) -> Iterator[str]:
    """Lines that belong together, one after the other, as elements."""
    for kind, lines in groupby(markdown.splitlines(), _kind):
        written = [_inline(line, pictures) for line in lines]
        if kind == "heading":
            yield from (_heading(line) for line in written)
        elif kind == "list":
            yield "<ul>" + "".join(f"<li>{line[2:]}</li>" for line in written) + "</ul>"
        elif kind == "table":
            yield _table(written)
        elif kind == "text":
            yield f"<p>{' '.join(written)}</p>"


def _kind(line: str) -> str:
    starts = {"#": "heading", "- ": "list", "|": "table", "---": "rule"}
    found = next((kind for start, kind in starts.items() if line.startswith(start)), "text")
    return found if line.strip() else "empty"


def _heading(line: str) -> str:
    marks, _, text = line.partition(" ")
    return f"<h{len(marks)}>{text}</h{len(marks)}>"


def _table(lines: list[str]) -> str:
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def _inline(line: str, pictures: Mapping[str, str]) -> str:
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line, quote=False))
    return _PICTURE.sub(lambda found: _image(found[1], pictures[found[2]]), text)


def _image(alternative: str, svg: str) -> str:
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return f'<img src="{address}" alt="{escape(alternative)}">'
