#!/usr/bin/env python3
"""Runs the demo in a terminal and draws what is on the screen at its end: scripts/demo-picture.py > docs/images/demo.svg

Needs the built programs (make demo builds them). Knows as much of terminals as the demo uses: text, carriage returns, cursor movements
up, bold, and the sixteen colours.
"""

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from xml.sax.saxutils import escape

COLUMNS = 128
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "artifacts", "bin", "subs")
PROMPT = [("$ ", "8", False), ("make demo", "", False)]

CELL, LINE, MARGIN, BAR = 7.8, 19, 18, 34
BACKGROUND, FRAME, TEXT = "#0d1117", "#30363d", "#c9d1d9"
COLORS = {"1": "#ff7b72", "2": "#3fb950", "3": "#d29922", "4": "#58a6ff", "5": "#bc8cff", "6": "#39c5cf", "8": "#8b949e"}


def record():
    """What the demo writes to a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(PROGRAM, [PROGRAM, "demo"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    written = b""
    try:
        while chunk := os.read(terminal, 65536):
            written += chunk
    except OSError:
        pass  # The end of a terminal is an error on Linux.
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"the demo failed:\n{written.decode()}")
    return written.decode()


def screen(written):
    """Rows of cells (character, color, bold)."""
    rows, row, column, color, bold = [{}], 0, 0, "", False
    for match in re.finditer(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b[=>]|(.)", written, re.DOTALL):
        arguments, command, character = match.groups()
        if command == "m":
            numbers = arguments.split(";")
            if numbers[:2] == ["38", "5"]:
                color = numbers[2]
            elif numbers == ["1"]:
                bold = True
            else:
                color, bold = "", False
        elif command == "A":
            row = max(0, row - int(arguments or 1))
        elif character == "\r":
            column = 0
        elif character == "\n":
            row += 1
            while len(rows) <= row:
                rows.append({})
        elif character:
            rows[row][column] = (character, color, bold)
            column += 1
    return [[cells.get(c, (" ", "", False)) for c in range(max(cells, default=-1) + 1)] for cells in rows]


def runs(cells):
    """Neighbours that look alike, as (column, text, color, bold)."""
    found = []
    for column, (character, color, bold) in enumerate(cells):
        if found and found[-1][2:] == (color, bold):
            start, text, *_ = found.pop()
            found.append((start, text + character, color, bold))
        else:
            found.append((column, character, color, bold))
    return [run for run in found if run[1].strip()]


def draw(rows):
    width, height = COLUMNS * CELL + 2 * MARGIN, BAR + len(rows) * LINE + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" role="img" '
        'aria-label="The demo in a terminal: eight steps, and demo ok at the end">'
    )
    yield f'<rect x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1}" rx="8" fill="{BACKGROUND}" stroke="{FRAME}"/>'
    for x, color in ((20, "#ff5f57"), (40, "#febc2e"), (60, "#28c840")):
        yield f'<circle cx="{x}" cy="18" r="6" fill="{color}"/>'
    yield f'<g font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13" fill="{TEXT}" xml:space="preserve">'
    for number, cells in enumerate(rows):
        for column, text, color, bold in runs(cells):
            style = (f' fill="{COLORS[color]}"' if color in COLORS else "") + (' font-weight="bold" fill="#ffffff"' if bold and not color else "")
            text, shift = text.rstrip(), len(text) - len(text.lstrip())
            text = text.lstrip()
            yield (
                f'<text x="{MARGIN + (column + shift) * CELL:.1f}" y="{BAR + (number + 0.8) * LINE:.1f}" '
                f'textLength="{len(text) * CELL:.1f}"{style}>{escape(text)}</text>'
            )
    yield "</g>\n</svg>"


def main():
    rows = [[(c, color, bold) for text, color, bold in PROMPT for c in text], *screen(record())]
    # The progress bar leaves blank lines around itself.
    print("\n".join(draw([cells for cells in rows if any(c.strip() for c, *_ in cells)])))


main()
