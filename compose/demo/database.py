# SPDX-License-Identifier: Apache-2.0
"""Connections to a database that LiteLLM uses."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg2

# Parameters that only LiteLLM's client (Prisma) understands; libpq refuses a URL that has them.
_PRISMA_ONLY = {"schema", "connection_limit", "pool_timeout", "socket_timeout", "pgbouncer",
                "statement_cache_size", "sslidentity", "sslpassword", "sslaccept"}


def connect(url, autocommit=False):
    """A connection in UTC, as the columns of LiteLLM's tables are; no statement runs for long."""
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query))
    options = "-c timezone=UTC -c statement_timeout=30s"
    if schema := parameters.get("schema"):
        options += f" -c search_path={schema}"
    query = urlencode({name: value for name, value in parameters.items() if name not in _PRISMA_ONLY})
    connection = psycopg2.connect(urlunsplit(parts._replace(query=query)), options=options, connect_timeout=30)
    connection.autocommit = autocommit
    return connection


def without_password(url):
    """The URL as it may be shown: user, host and database."""
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{user}{parts.hostname or ''}{port}{parts.path}"
