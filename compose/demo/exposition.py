# SPDX-License-Identifier: Apache-2.0
"""A strict reader of Prometheus' text format 0.0.4.

Prometheus forgives what a good page never does (duplicate series, families in pieces), so the
tests read pages with this parser instead.
"""

import re

_METRIC = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_HEADER = re.compile(rf"# (HELP|TYPE) ({_METRIC}) (.+)")
_SAMPLE = re.compile(rf"({_METRIC})(?:\{{(.*)\}})? (\S+)")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,|$)')
_ESCAPE = re.compile(r'\\([\\"n])')
_SUFFIXES = {
    "counter": ("",),
    "gauge": ("",),
    "untyped": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("", "_sum", "_count"),
}


def parse_page(text):
    """{(name, frozenset(labels.items())): value}; raises ValueError for anything irregular."""
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    if text and not text.endswith("\n"):
        raise ValueError("the page does not end with a newline")
    page = {}
    headers = set()
    family, kind = None, None
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        try:
            if line.startswith("#"):
                family, kind = _header(line, headers, family, kind)
                continue
            name, labels, value = _sample(line)
            if kind is None or name not in {family + suffix for suffix in _SUFFIXES[kind]}:
                raise ValueError(f"outside the block of its family (in {family})")
            if (name, labels) in page:
                raise ValueError("duplicate series")
            page[name, labels] = value
        except ValueError as error:
            raise ValueError(f"line {number}: {error}: {line[:200]}") from None
    _check_histograms(page)
    return page


def total(page, name, /, **labels):
    """The sum of all series of `name` that carry these labels."""
    wanted = labels.items()
    return sum(value for (series, present), value in page.items()
               if series == name and wanted <= present)


def _header(line, headers, family, kind):
    """The family and type in force after a HELP or TYPE line; HELP comes first."""
    match = _HEADER.fullmatch(line)
    if not match:
        raise ValueError("neither HELP nor TYPE")
    word, name, rest = match.groups()
    if (word, name) in headers:
        raise ValueError(f"repeated {word}")
    headers.add((word, name))
    if word == "HELP":
        return name, None
    if name != family or kind is not None:
        raise ValueError("TYPE without its HELP just above")
    if rest not in _SUFFIXES:
        raise ValueError("unknown type")
    return name, rest


def _sample(line):
    match = _SAMPLE.fullmatch(line)
    if not match:
        raise ValueError("not a sample")
    name, text, value = match.groups()
    labels = {}
    position = 0
    while text and position < len(text):
        label = _LABEL.match(text, position)
        if not label or label[1] in labels:
            raise ValueError("bad or repeated label")
        labels[label[1]] = _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], label[2])
        position = label.end()
    return name, frozenset(labels.items()), float(value)


def _check_histograms(page):
    """Buckets never fall, and the last one equals the count."""
    buckets = {}
    for (name, labels), value in page.items():
        if name.endswith("_bucket"):
            bound = dict(labels)["le"]
            key = name[:-len("_bucket")], labels - {("le", bound)}
            buckets.setdefault(key, []).append((float(bound), value))
    for (name, labels), counts in buckets.items():
        values = [value for _, value in sorted(counts)]
        if values != sorted(values) or values[-1] != page.get((name + "_count", labels)):
            raise ValueError(f"inconsistent histogram {name} {dict(labels)}")
