"""A small DigitalOcean on loopback: enough of its API, and of S3, for Terraform's real provider to make, read and change things.

It keeps what it is given and answers as the API does (identifiers, addresses, states). It judges nothing: whether sizes
exist or names are free only the real one knows.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import fake_s3

# A collection of the API: its path, the name of one in an answer, and of many.
COLLECTIONS = {
    "vpcs": ("vpc", "vpcs"),
    "vpc_peerings": ("vpc_peering", "vpc_peerings"),
    "kubernetes/clusters": ("kubernetes_cluster", "kubernetes_clusters"),
    "databases": ("database", "databases"),
    "load_balancers": ("load_balancer", "load_balancers"),
    "domains": ("domain", "domains"),
    "projects": ("project", "projects"),
    "registry": ("registry", "registries"),
    "monitoring/alerts": ("policy", "policies"),
    "uptime/checks": ("check", "checks"),
}
# What an item is called below another.
PARTS = {"node_pools": "node_pool", "records": "domain_record", "dbs": "db", "users": "user", "alerts": "alert"}
VERSIONS = ["1.33.6-do.1", "1.34.2-do.0"]
KUBECONFIG = """apiVersion: v1
kind: Config
clusters: [{name: fake, cluster: {server: "https://127.0.0.1", certificate-authority-data: Zm9v}}]
contexts: [{name: fake, context: {cluster: fake, user: admin}}]
current-context: fake
users: [{name: admin, user: {token: none}}]
"""


def complete(path: str, item: dict[str, Any]) -> dict[str, Any]:
    """An item with what the API adds to what it was given."""
    item.setdefault("id", str(uuid.uuid4()))
    item.setdefault("created_at", "2026-01-01T00:00:00Z")
    if path == "kubernetes/clusters":
        item.setdefault("status", {"state": "running"})
        item.setdefault("registry_enabled", False)
        item.setdefault("endpoint", "https://127.0.0.1")
        item.setdefault("ipv4", "203.0.113.9")
        item["tags"] = [*item.get("tags", []), "k8s", f"k8s:{item['id']}"]
        item["node_pools"] = [nodes(pool) for pool in item.get("node_pools", [])]
    if path == "vpc_peerings":
        item["status"] = "ACTIVE"
    if path == "vpcs":
        item["urn"] = f"do:vpc:{item['id']}"
    if path == "databases":
        item["status"] = "online"
        item["connection"] = item["private_connection"] = {
            "host": f"{item['name']}.db.invalid", "port": 25060, "user": "doadmin", "password": "fake", "database": "defaultdb",
            "uri": f"{item['engine']}://doadmin:fake@{item['name']}.db.invalid:25060/defaultdb", "ssl": True,
        }
        item.setdefault("maintenance_window", {"day": "monday", "hour": "00:00:00"})
        item.setdefault("storage_size_mib", 30720)
    if path == "load_balancers":
        item["status"], item["ip"] = "active", "203.0.113.10"
        item["region"] = {"slug": item["region"]}
        item.setdefault("algorithm", "round_robin")
        item.setdefault("sticky_sessions", {"type": "none"})
        item["droplet_ids"] = []
        item.setdefault("size", "lb-small")
        item["tag"] = item.get("tag", "")
    if path == "domains":
        item.update(ttl=1800, zone_file="")
    if path == "projects":
        item.setdefault("owner_uuid", str(uuid.uuid4()))
        item.setdefault("owner_id", 1)
    if path == "monitoring/alerts":
        item["uuid"] = item["id"]
    return item


def nodes(pool: dict[str, Any]) -> dict[str, Any]:
    """A node pool with its nodes."""
    pool.setdefault("id", str(uuid.uuid4()))
    pool["nodes"] = [{"id": str(uuid.uuid4()), "name": f"{pool['name']}-{n}", "status": {"state": "running"}, "droplet_id": str(n)}
                     for n in range(pool.get("count", 0))]
    return pool


class Cloud:
    """Everything that was made."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.items: dict[str, dict[str, dict[str, Any]]] = {path: {} for path in COLLECTIONS}
        self.parts: dict[tuple[str, str], dict[str, Any]] = {}
        self.buckets: dict[str, fake_s3.Bucket] = {}
        self.unknown: list[str] = []

    def find(self, path: str, key: str) -> dict[str, Any] | None:
        return next((item for item in self.items[path].values() if key in (item["id"], item.get("name"))), None)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path == "kubernetes/options":
            return 200, {"options": {"versions": [{"slug": v, "kubernetes_version": v} for v in VERSIONS], "regions": [], "sizes": []}}
        if path == "kubernetes/registry":
            for cluster in self.items["kubernetes/clusters"].values():
                cluster["registry_enabled"] = cluster["registry_enabled"] or cluster["id"] in body["cluster_uuids"] if method == "POST" else False
            return 204, None
        # Once the account's only one, now one of several: the same thing under two paths.
        path = re.sub(r"^registries(?=/|$)", "registry", path)
        if path == "registry/subscription":
            tier = (body or {}).get("tier_slug") or next((r.get("subscription_tier_slug") for r in self.items["registry"].values()), "basic")
            return 200, {"subscription": {"tier": {"slug": tier}}}
        collection = next((name for name in sorted(COLLECTIONS, key=len, reverse=True) if path == name or path.startswith(f"{name}/")), None)
        if collection is None:
            return self.lost(method, path)
        one, many = COLLECTIONS[collection]
        rest = [part for part in path[len(collection):].split("/") if part]
        if collection == "registry" and method != "POST":
            # An account has one; no name is asked for.
            rest = rest or [next(iter(self.items[collection].values()), {"name": "none"})["name"]]
        if not rest:
            if method == "POST":
                item = complete(collection, body)
                self.items[collection][item["id"]] = item
                return (201, {one: item})
            return 200, {many: list(self.items[collection].values()), "links": {}, "meta": {"total": len(self.items[collection])}}
        item = self.find(collection, rest[0])
        if item is None:
            return 404, {"id": "not_found", "message": "The resource you were accessing could not be found."}
        if len(rest) > 1:
            return self.part(method, collection, item, rest[1:], body)
        if method == "DELETE":
            del self.items[collection][item["id"]]
            return 204, None
        if method in ("PUT", "PATCH"):
            item.update({key: value for key, value in body.items() if key != "region" or collection != "load_balancers"})
        return 200, {one: item}

    def part(self, method: str, collection: str, item: dict[str, Any], rest: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        """Something below an item."""
        kind, at = rest[0], (item["id"], rest[0])
        if kind == "kubeconfig":
            return 200, KUBECONFIG
        if kind == "credentials":
            return 200, {"server": item["endpoint"], "certificate_authority_data": "Zm9v", "token": "none", "expires_at": "2030-01-01T00:00:00Z"}
        if kind == "resources":
            urns = self.parts.setdefault(at, {"urns": []})["urns"]
            if method == "POST":
                urns += [urn for urn in body["resources"] if urn not in urns]
            return 200, {"resources": [{"urn": urn, "status": "ok"} for urn in urns], "links": {}, "meta": {"total": len(urns)}}
        if kind == "firewall":
            if method == "PUT":
                self.parts[at] = {"rules": [{**rule, "uuid": rule.get("uuid") or str(uuid.uuid4()), "cluster_uuid": item["id"]} for rule in body["rules"]]}
            return (200 if method == "GET" else 204), self.parts.get(at, {"rules": []})
        if kind in ("eviction_policy", "config", "maintenance"):
            if method in ("PUT", "PATCH"):
                if kind == "maintenance":
                    item["maintenance_window"] = body
                else:
                    self.parts.setdefault(at, {}).update(body)
                return 204 if kind != "config" else 200, None
            return 200, self.parts.get(at, {})
        if kind not in PARTS:
            return self.lost(method, f"{collection}/ID/{'/'.join(rest)}")
        listed = item.setdefault("node_pools", []) if kind == "node_pools" else self.parts.setdefault(at, {"all": []})["all"]
        if len(rest) == 1 and method == "POST":
            made = nodes(body) if kind == "node_pools" else {"id": str(uuid.uuid4()), **body}
            if kind == "users":
                made.update(role="normal", password="fake")
            if kind == "records":
                # Names are kept without the last dot.
                made.update(id=1000 + len(listed), data=made["data"].removesuffix("."))
            listed.append(made)
            return 201, {PARTS[kind]: made}
        if len(rest) == 1:
            return 200, {f"{PARTS[kind]}s": listed, "links": {}, "meta": {"total": len(listed)}}
        found = next((part for part in listed if rest[1] in (str(part.get("id")), part.get("name"))), None)
        if found is None:
            return 404, {"id": "not_found", "message": "not found"}
        if method == "DELETE":
            listed.remove(found)
            return 204, None
        if method in ("PUT", "PATCH"):
            found.update(body)
        return 200, {PARTS[kind]: found}

    def lost(self, method: str, path: str) -> tuple[int, Any]:
        self.unknown.append(f"{method} {path}")
        return 501, {"id": "unknown", "message": f"this fake has no {method} {path}"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        with self.server.cloud.lock:
            if url.path.startswith("/v2/"):
                status, answer = self.server.cloud.answer(self.command, url.path[4:].rstrip("/"), json.loads(raw or b"{}"))
                text = answer if isinstance(answer, str) else "" if answer is None else json.dumps(answer)
                self.reply(status, text.encode(), {"Content-Type": "application/json"})
            else:
                # A bucket is named by the host (asked for as a proxy is) or by the path.
                named = re.fullmatch(r"([a-z0-9-]+)\.[a-z0-9]+\.objects\.invalid", url.hostname or "")
                path = f"/{named[1]}{url.path}" if named else url.path
                self.reply(*fake_s3.answer(self.server.cloud.buckets, self.command, path, parse_qs(url.query, keep_blank_values=True), raw, self.headers))

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = serve

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """The fake, served for as long as a `with` lasts."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cloud = Cloud()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Server:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
