# SPDX-License-Identifier: Apache-2.0
"""The table of compose/postgres/README.md, from role.sql."""

import re

from . import marked

PAGE = "compose/postgres/README.md"
_ROLE = "compose/postgres/role.sql"


def table(_):
    text = (marked.ROOT / _ROLE).read_text(encoding="utf-8")
    wanted = text[text.index("WITH wanted"):text.index("), needed")]
    cells = []
    comment = ""
    for line in re.finditer(r"^ *-- (?P<comment>.*)$|\('(?P<table>\w+)', *'\{(?P<columns>[^}]*)\}'\)", wanted, re.M):
        if line["comment"]:
            comment += line["comment"] + " "
        else:
            columns = ", ".join(f"`{name}`" for name in line["columns"].replace(",", " ").split())
            cells.append((f"`{line['table']}`", columns, comment.strip()))
            comment = ""
    return marked.rows(("table", "columns", "what for"), cells)
