#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A fake of LiteLLM: makes its tables where there are none, answers its health endpoints, and writes a row of the
spend log now and then."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

import psycopg2
from demo.fake_litellm import FakeLitellm
from rows import insert

_SECONDS = 2


def migrate(connection):
    with connection.cursor() as cursor:
        cursor.execute("""SELECT to_regclass('"LiteLLM_SpendLogs"')""")
        if cursor.fetchone()[0] is None:
            cursor.execute(Path("demo/schema.sql").read_text(encoding="utf-8"))


def main():
    # The first process of a container ends by no signal that it does not ask for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    options = argparse.ArgumentParser()
    options.add_argument("--config", type=Path, required=True)
    options.add_argument("--host", required=True)
    options.add_argument("--port", type=int, required=True)
    given = options.parse_args()
    if not given.config.read_text(encoding="utf-8"):
        raise ValueError(f"{given.config} is empty")
    for name in ("REDIS_HOST", "REDIS_PASSWORD", "LITELLM_SALT_KEY"):
        if not os.environ[name]:
            raise ValueError(f"{name} is empty")
    connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=10)
    connection.autocommit = True
    migrate(connection)
    fake = FakeLitellm(key=os.environ["LITELLM_MASTER_KEY"], host=given.host, port=given.port)
    fake.start()
    print("a fake: answers", flush=True)
    while True:
        try:
            if connection.closed:
                connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=10)
                connection.autocommit = True
            fake.mode = "good"
            insert(connection, [{}])
        except psycopg2.Error as error:
            fake.mode = "not_ready"
            print(f"a fake: {error}", flush=True)
        time.sleep(_SECONDS)


main()
