"""Makes a schema like `terraform providers schema -json` prints from the TypeScript types that are published of a provider.

The current DigitalOcean provider's module is not to be had everywhere; the types generated from it are. They tell names, what
is required, and what is a block. provider_types.py FOLDER_OF_TYPES > SCHEMA.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def block(interfaces: dict[str, str], name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"attributes": {}, "block_types": {}}
    for field, optional, kind in re.findall(r"^    readonly (\w+)(\??): (\w*)", interfaces[name], re.MULTILINE):
        if kind in interfaces:
            made["block_types"][snake(field)] = {"block": block(interfaces, kind), "min_items": 0 if optional else 1}
        else:
            made["attributes"][snake(field)] = {"required": not optional, "optional": bool(optional)}
    return made


def main(folder: Path) -> None:
    found: dict[str, dict[str, Any]] = {"resource_schemas": {}, "data_source_schemas": {}}
    for file in sorted(folder.glob("*/index.d.ts")):
        text = file.read_text()
        name = re.search(r'static readonly tfResourceType = "(\w+)"', text)
        interfaces = dict(re.findall(r"^export interface (\w+)[^{]*\{$(.*?)^\}", text, re.MULTILINE | re.DOTALL))
        config = re.search(r"^export interface (\w+Config) extends cdktf\.TerraformMetaArguments", text, re.MULTILINE)
        if name and config:
            kind = "data_source_schemas" if file.parent.name.startswith("data-") else "resource_schemas"
            found[kind][name[1]] = {"block": block(interfaces, config[1])}
    if not found["resource_schemas"]:
        sys.exit(f"{folder}: no resources; has the form of the types changed?")
    json.dump({"provider_schemas": {"digitalocean": found}}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
