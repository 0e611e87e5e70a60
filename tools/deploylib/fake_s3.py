"""As much of S3 as Terraform asks of it: buckets with their settings, and objects for the state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
XML = {"Content-Type": "application/xml"}
EMPTY = {
    "versioning": f"<VersioningConfiguration {NS}/>",
    "location": f"<LocationConstraint {NS}/>",
    "acl": f"<AccessControlPolicy {NS}><Owner><ID>1</ID></Owner><AccessControlList/></AccessControlPolicy>",
}
MISSING = {"lifecycle": "NoSuchLifecycleConfiguration", "cors": "NoSuchCORSConfiguration", "policy": "NoSuchBucketPolicy"}


@dataclass
class Bucket:
    settings: dict[str, bytes] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)


def answer(buckets: dict[str, Bucket], method: str, path: str, query: Mapping[str, list[str]], body: bytes,
           headers: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
    name, _, key = path.lstrip("/").partition("/")
    if key:
        return thing(buckets.setdefault(name, Bucket()), method, key, body, headers)
    setting = next((kind for kind in (*EMPTY, *MISSING) if kind in query), None)
    if method == "PUT" and setting is None:
        buckets.setdefault(name, Bucket())
        return 200, b"", {"Location": f"/{name}"}
    bucket = buckets.get(name)
    if bucket is None:
        return error(404, "NoSuchBucket")
    if setting and method == "PUT":
        # The client's rules come without a name space of their own; they are given back as they are.
        bucket.settings[setting] = body
        return 200, b"", {}
    if setting and method == "GET":
        if setting in bucket.settings and setting != "acl":
            return 200, bucket.settings[setting], XML
        return error(404, MISSING[setting]) if setting in MISSING else (200, EMPTY[setting].encode(), XML)
    if method == "GET":
        prefix = query.get("prefix", [""])[0]
        found = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in sorted(bucket.objects) if key.startswith(prefix))
        return 200, f"<ListBucketResult {NS}><Name>{name}</Name>{found}</ListBucketResult>".encode(), XML
    if method == "DELETE":
        del buckets[name]
        return 204, b"", {}
    return 200, b"", {}


def thing(bucket: Bucket, method: str, key: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """An object."""
    if method == "PUT":
        if headers.get("If-None-Match") == "*" and key in bucket.objects:
            return error(412, "PreconditionFailed")
        bucket.objects[key] = plain(body) if "aws-chunked" in (headers.get("Content-Encoding") or "") else body
        return 200, b"", tag(bucket.objects[key])
    if key not in bucket.objects:
        return error(404, "NoSuchKey")
    if method == "DELETE":
        del bucket.objects[key]
        return 204, b"", {}
    return 200, bucket.objects[key], tag(bucket.objects[key])


def plain(body: bytes) -> bytes:
    """A body that came in signed chunks."""
    out = b""
    while body:
        head, _, rest = body.partition(b"\r\n")
        size = int(re.match(rb"[0-9a-fA-F]+", head)[0], 16)
        if size == 0:
            break
        out, body = out + rest[:size], rest[size + 2:]
    return out


def tag(body: bytes) -> dict[str, str]:
    return {"ETag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'}


def error(status: int, code: str) -> tuple[int, bytes, dict[str, str]]:
    return status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode(), XML
