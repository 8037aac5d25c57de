"""A small table that a notebook shows as HTML and a terminal as aligned columns."""

from html import escape


def as_text(rows, right=()):
    """Write rows of cells in aligned columns; those numbered in `right` are set flush right.

    >>> print(as_text([("layer", "parameters"), ("Linear", "7,850")], right={1}))
    layer    parameters
    Linear        7,850
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "   ".join(cell.rjust(width) if i in right else cell.ljust(width) for i, (cell, width) in enumerate(pairs))
        for pairs in (zip(row, widths, strict=True) for row in rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


def as_html(name, head, body, foot=()):
    """Write a table of the class ``nbcode-<name>``; `foot` holds rows as `body` does."""

    def lines(rows, tag):
        return "".join(f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in row)}</tr>" for row in rows)

    foot = f"<tfoot>{lines(foot, 'td')}</tfoot>" if foot else ""
    return (
        f'<table class="nbcode-{name}"><thead>{lines([head], "th")}</thead><tbody>{lines(body, "td")}</tbody>{foot}'
        "</table>"
    )
