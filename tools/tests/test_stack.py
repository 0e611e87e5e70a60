"""Fast checks of the launcher's rules that a running stack would show only by harm. `python3 -m unittest discover tools`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stacklib import apps, backing, components, ports  # noqa: E402
from stacklib.config import REPO, Stack, StackError  # noqa: E402
from stacklib.launcher import Launcher  # noqa: E402
from stacklib.proc import Registry, Spec, is_zombie, start_time  # noqa: E402


class Folder(unittest.TestCase):
    """A stack in a folder that goes away."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.stack = Stack(Path(folder.name), 22000)
        self.registry = Registry(self.stack)

    def sleeper(self, name: str = "sleeper") -> Spec:
        """Starts a harmless process that is stopped whatever happens."""
        spec = Spec(name, ["sleep", "60"], ready=lambda: True)
        self.registry.start(spec)
        self.addCleanup(self.registry.stop, name)
        return spec


class PortTable(unittest.TestCase):
    def all_ports(self, base: int) -> list[int]:
        table = ports.Ports(base)
        hosts = [f"actors-{number}" for number in range(1, ports.MAX_HOSTS + 1)]
        edges = [f"gateway-{number}" for number in range(2, ports.MAX_GATEWAYS + 1)]
        services = [*ports.SERVICE_BLOCKS, *hosts, *edges]
        return [
            *(table.backing(name) for name in ports.BACKING),
            *(table.service(name, kind) for name in services for kind in ports.BLOCK),
        ]

    def test_no_port_is_given_twice_and_neighbours_do_not_meet(self) -> None:
        first, second = self.all_ports(21000), self.all_ports(21000 + ports.SPAN)
        self.assertEqual(len(set(first + second)), len(first) + len(second))

    def test_all_ports_lie_below_the_ephemeral_range(self) -> None:
        highest = ports.FIRST_EPHEMERAL - ports.SPAN
        self.assertLess(max(self.all_ports(highest)), ports.FIRST_EPHEMERAL)
        with self.assertRaises(ValueError):
            ports.Ports(highest + 1)

    def test_the_table_in_the_readme_is_the_one_in_force(self) -> None:
        rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| \+(\d+) \|", (REPO / "tools" / "README.md").read_text(), re.MULTILINE))
        expected = {**ports.BACKING, **ports.SERVICE_BLOCKS, "actors-1": ports.HOST_BLOCK, "gateway-2": ports.GATEWAY_BLOCK}
        self.assertEqual({name: int(offset) for name, offset in rows.items()}, expected)


class Processes(Folder):
    def stranger(self) -> subprocess.Popen[bytes]:
        """A process that is none of the stack's."""
        process = subprocess.Popen(["sleep", "60"], start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_recycled_pid_is_left_alone(self) -> None:
        self.sleeper("ours")
        ours = self.registry.pid("ours")
        assert ours is not None
        stranger = self.stranger()
        # Start times are counted in ticks of 10 ms, and a number is not given again within one.
        deadline = time.monotonic() + 10
        while start_time(stranger.pid) == start_time(ours):
            self.assertLess(time.monotonic(), deadline, "every process starts in the same tick")
            stranger = self.stranger()
        record = self.stack.run / "ours.json"
        real = record.read_text()
        # As if ours had died and the kernel had given its number to the stranger.
        record.write_text(json.dumps({**json.loads(real), "pid": stranger.pid}))
        self.assertIsNone(self.registry.pid("ours"))
        self.assertFalse(self.registry.kill("ours"))
        self.assertFalse(self.registry.stop("ours"))
        self.assertIsNotNone(start_time(stranger.pid))
        record.write_text(real)

    def test_one_that_ended_before_it_was_written_down_is_not_running(self) -> None:
        self.sleeper()
        with mock.patch("stacklib.proc.start_time", return_value=None):
            self.registry.write(Spec("brief", [], ready=lambda: True), os.getpid())
            self.assertIsNone(self.registry.pid("brief"))
        self.registry.forget("brief")

    def test_a_pid_from_before_a_reboot_is_not_ours(self) -> None:
        self.sleeper()
        with mock.patch("stacklib.proc.boot_id", return_value="another"):
            self.assertIsNone(self.registry.pid("sleeper"))

    def test_stop_ends_it_and_start_twice_starts_once(self) -> None:
        spec = self.sleeper()
        pid = self.registry.pid("sleeper")
        self.assertFalse(self.registry.start(spec))
        self.assertEqual(self.registry.pid("sleeper"), pid)
        self.assertTrue(self.registry.stop("sleeper"))
        self.assertEqual(self.registry.names(), [])

    def test_one_that_nobody_has_collected_is_gone(self) -> None:
        # Once it is dead, its parent, this test, does not ask how it ended.
        stranger = self.stranger()
        self.assertFalse(is_zombie(stranger.pid))
        stranger.kill()
        os.waitid(os.P_PID, stranger.pid, os.WEXITED | os.WNOWAIT)
        self.assertIsNone(start_time(stranger.pid))
        self.assertTrue(is_zombie(stranger.pid))
        stranger.wait()
        self.assertFalse(is_zombie(stranger.pid))

    def test_one_that_ignores_sigterm_is_killed(self) -> None:
        # An ignored signal stays ignored in a child, so the group as a whole does not mind SIGTERM.
        spec = Spec("deaf", ["sh", "-c", "trap '' TERM; sleep 60; :"], ready=lambda: True, stop_seconds=0.2)
        self.registry.start(spec)
        self.assertTrue(self.registry.stop("deaf"))

    def test_a_start_that_fails_part_way_stops_what_it_started(self) -> None:
        launcher = Launcher(self.stack)
        good = Spec("redis", ["sleep", "60"], ready=lambda: True)
        bad = Spec("postgres", ["sh", "-c", "echo I am broken; exit 3"], ready=lambda: False)
        with (
            mock.patch.object(launcher, "spec", side_effect=lambda name: {"redis": good, "postgres": bad}[name]),
            mock.patch("sys.stderr"),
            self.assertRaisesRegex(StackError, "(?s)postgres ended while starting.*I am broken"),
        ):
            launcher.bring_up(["redis", "postgres"])
        self.assertEqual(self.registry.names(), [])

    def test_scaling_starts_and_stops_those_of_its_kind_alone(self) -> None:
        launcher = Launcher(self.stack)
        spec = mock.patch.object(launcher, "spec", side_effect=lambda name: Spec(name, ["sleep", "60"], ready=lambda: True))
        placed = mock.patch("stacklib.components.place")
        self.addCleanup(lambda: self.registry.stop_together(self.registry.names()))
        first = ["actors-1", "gateway"]
        with spec, placed, mock.patch("builtins.print"):
            launcher.bring_up(first)
            launcher.scale("gateway", 3)
            launcher.scale("actors", 2)
            more = [*first, "gateway-2", "gateway-2-daprd", "gateway-3", "gateway-3-daprd", "actors-2", "actors-2-daprd"]
            self.assertEqual(sorted(self.registry.names()), sorted(more))
            launcher.scale("gateway", 1)
            self.assertEqual(sorted(self.registry.names()), sorted([*first, "actors-2", "actors-2-daprd"]))
            with self.assertRaisesRegex(StackError, "1 to 4 gateways"):
                launcher.scale("gateway", 5)
            self.stack.state.layout = "combined"
            with self.assertRaisesRegex(StackError, "scale backend"):
                launcher.scale("gateway", 2)

    def test_another_layout_may_run_on_the_same_stores(self) -> None:
        launcher = Launcher(self.stack)
        spec = mock.patch.object(launcher, "spec", side_effect=lambda name: Spec(name, ["sleep", "60"], ready=lambda: True))
        built = mock.patch.multiple("stacklib.apps", build=lambda: "todo", apply=mock.DEFAULT)
        placed = mock.patch("stacklib.components.place")
        self.addCleanup(lambda: self.registry.stop_together(self.registry.names()))
        with spec, placed, built as apply, mock.patch("builtins.print"):
            launcher.up("split", "stream", None)
            launcher.scale("gateway", 2)
            redis, apply = self.registry.pid("redis"), apply["apply"]
            self.assertEqual(apply.call_count, 2)
            launcher.up("split", "stream", None)
            self.assertEqual(apply.call_count, 2, "nothing was started")
            with self.assertRaisesRegex(StackError, "`tools/stack down` first"):
                launcher.up("combined", "stream", None)
            launcher.down(purge=False, services=True)
            self.assertEqual(sorted(self.registry.names()), sorted(backing.NAMES))
            launcher.up("combined", "http", None, watched=True)
            self.assertEqual(apply.call_count, 4)
        self.assertEqual(self.registry.pid("redis"), redis)
        self.assertEqual(sorted(self.registry.names()), sorted(launcher.all_names()))
        self.assertNotIn("gateway", self.registry.names())
        self.assertIn("collector", self.registry.names())

    def test_the_base_of_existing_data_cannot_change(self) -> None:
        self.stack.save()
        with self.assertRaisesRegex(StackError, "STACK_PORT_BASE=22000"):
            Stack(self.stack.dir, 23000)


class Components(Folder):
    def test_every_override_lands_in_the_real_files(self) -> None:
        components.place(self.stack)
        for name, items in components.overrides(self.stack).items():
            text = (self.stack.components / f"{name}.yaml").read_text()
            for item, value in items.items():
                self.assertRegex(text, rf'- name: {item}\n(\s*#.*\n)*\s*value: "{re.escape(value)}"')
        placed = "".join(file.read_text() for file in self.stack.components.glob("*.yaml"))
        self.assertNotIn("secretStore: kubernetes", placed)

    def test_an_override_without_its_item_is_an_error(self) -> None:
        with self.assertRaisesRegex(StackError, "redisHost"):
            components.apply("  metadata:\n    - name: host\n      value: x\n", {"redisHost": "y"})

    def test_settings_that_would_lose_actor_state_stay_away(self) -> None:
        # Read without comments, which warn of these very names.
        text = re.sub(r"#.*", "", (REPO / "components" / "redis-store.yaml").read_text())
        self.assertNotRegex(text, "writeTimeout|ttlInSeconds")


class Sidecars(Folder):
    def argv(self, name: str) -> list[str]:
        with mock.patch("stacklib.apps.engine_path", return_value=Path("/dapr")):
            return list(apps.spec(self.stack, name + apps.SIDECAR).argv)

    def test_app_ids_do_not_change_with_the_layout(self) -> None:
        for host in ("actors-1", "backend-2"):
            argv = self.argv(host)
            self.assertEqual(argv[argv.index("--app-id") + 1], "todo-backend")

    def test_gateways_beside_the_first_are_gateways(self) -> None:
        self.assertEqual([argv[argv.index("--app-id") + 1] for argv in map(self.argv, ("gateway", "gateway-2"))], ["todo-gateway"] * 2)
        self.assertEqual(list(apps.spec(self.stack, "gateway-3").argv)[1], "gateway")

    def test_a_streaming_host_has_no_http_channel(self) -> None:
        # daprd refuses the stream beside one.
        with mock.patch.dict(os.environ):
            os.environ.pop("STACK_STREAM_CHANNEL", None)
            for name, channel in (("actors-1", "grpc"), ("sagas", None), ("gateway", "h2c"), ("gateway-2", "h2c")):
                argv = self.argv(name)
                found = argv[argv.index("--app-protocol") + 1] if "--app-port" in argv else None
                self.assertEqual(found, channel)
            self.assertNotIn("--enable-app-health-check", self.argv("actors-1"))
            self.stack.state.callbacks = "http"
            self.assertIn("--enable-app-health-check", self.argv("actors-1"))


if __name__ == "__main__":
    unittest.main()
