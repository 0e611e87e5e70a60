"""Turns Kubernetes' own API description and the operators' resource definitions into the JSON schemas that kubeconform reads.

Strict, as a server with `--validate=strict` is: a field that the schema does not know is an error.
    schemas.py OUT SWAGGER.json DIR_OR_FILE...
Writes OUT/schemas/GROUP_VERSION_KIND.json and OUT/crds/NAME.json (for a real API server).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML 1.1 gives a bare `=` a meaning of its own; in these files it is a comparison's name.
yaml.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node), LOADER)
INT_OR_STRING = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
NUMBER_OR_STRING = {"oneOf": [{"type": "string"}, {"type": "number"}]}
# Written as a string in the API's description, but numbers are accepted too.
LOOSE = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": INT_OR_STRING,
    "io.k8s.apimachinery.pkg.api.resource.Quantity": NUMBER_OR_STRING,
}


# Within these a schema only narrows what stands outside, which names the fields.
NARROWING = ("oneOf", "anyOf", "allOf", "not")


def strict(schema: Any, closed: bool = True) -> Any:
    """The same schema, where an object with known fields has no others."""
    if isinstance(schema, list):
        return [strict(item, closed) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return NUMBER_OR_STRING
    # A schema's own keywords; a field of a resource may have such a name too, so `properties` is walked apart.
    plain = ("enum", "default", "required", "properties")
    out = {key: strict(value, closed and key not in NARROWING) for key, value in schema.items() if key not in plain}
    out.update({key: schema[key] for key in ("enum", "default", "required") if key in schema})
    if "properties" in schema:
        out["properties"] = {name: strict(value, closed) for name, value in schema["properties"].items()}
        open_ended = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
        if closed and not open_ended and not schema.get("x-kubernetes-embedded-resource"):
            out["additionalProperties"] = False
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        out["type"] = [schema["type"], "null"]
    # Go's formats, which no JSON schema validator knows.
    out.pop("format", None)
    return out


def references(schema: Any) -> set[str]:
    """The definitions that a schema names."""
    if isinstance(schema, list):
        return set().union(*(references(item) for item in schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    found = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
    return found.union(*(references(value) for value in schema.values()))


def closure(name: str, definitions: dict[str, Any]) -> set[str]:
    """A definition and all that it needs."""
    known, todo = set(), [name]
    while todo:
        current = todo.pop()
        if current not in known:
            known.add(current)
            todo.extend(references(definitions[current]))
    return known


def write(out: Path, group: str, version: str, kind: str, schema: dict[str, Any]) -> None:
    # kubeconform names the core group after its version.
    (out / "schemas" / f"{group or version}_{version}_{kind.lower()}.json").write_text(json.dumps(schema))


def core(swagger: Path, out: Path) -> None:
    """Kubernetes' own kinds."""
    raw = json.loads(swagger.read_text())["definitions"]
    definitions = {name: LOOSE.get(name) or strict(schema) for name, schema in raw.items()}
    for name, schema in raw.items():
        for gvk in schema.get("x-kubernetes-group-version-kind", []):
            needed = {key: definitions[key] for key in closure(name, definitions)}
            whole = {**definitions[name], "definitions": needed}
            # The kind's own two fields are free text in the description.
            fields = {**whole["properties"]} if "properties" in whole else {}
            api_version = f"{gvk['group']}/{gvk['version']}".lstrip("/")
            fields.update({"kind": {"const": gvk["kind"]}, "apiVersion": {"const": api_version}})
            write(out, gvk["group"], gvk["version"], gvk["kind"], {**whole, "properties": fields, "required": ["apiVersion", "kind"]})


def custom(file: Path, out: Path) -> None:
    """An operator's kinds."""
    for document in yaml.load_all(file.read_text(), LOADER):
        if not isinstance(document, dict) or document.get("kind") != "CustomResourceDefinition":
            continue
        spec = document["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            fields = schema.setdefault("properties", {})
            fields.update({"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}})
            if "additionalProperties" not in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
                schema["additionalProperties"] = False
            write(out, spec["group"], version["name"], spec["names"]["kind"], schema)
        (out / "crds" / f"{document['metadata']['name']}.json").write_text(json.dumps(document))


def main(out: Path, swagger: Path, sources: list[Path]) -> None:
    for folder in ("schemas", "crds"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    core(swagger, out)
    for source in sources:
        for file in sorted(source.glob("*.yaml")) if source.is_dir() else [source]:
            custom(file, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(argument) for argument in sys.argv[3:]])
