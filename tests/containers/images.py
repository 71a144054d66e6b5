# SPDX-License-Identifier: Apache-2.0
"""The images that the compose files pin: a line `SERVICE NAME` for each, the name as an engine completes it."""

from pathlib import Path

import yaml

COMPOSE = Path(__file__).parents[2] / "compose"
FILES = ("docker-compose.core.yml", "docker-compose.observability.yml")


def complete(image):
    """With the registry and the folder that Docker adds where they are left out."""
    first, _, rest = image.partition("/")
    if not rest:
        return f"docker.io/library/{image}"
    return image if "." in first else f"docker.io/{image}"


def pinned():
    """The name of each image and the first service that runs it; not of those that are built here."""
    services = {}
    for file in FILES:
        services.update(yaml.safe_load((COMPOSE / file).read_text(encoding="utf-8"))["services"])
    found = {}
    for name, service in services.items():
        if "build" not in service:
            found.setdefault(complete(service["image"]), name)
    return found


if __name__ == "__main__":
    for pinned_image, of in pinned().items():
        print(of, pinned_image)
