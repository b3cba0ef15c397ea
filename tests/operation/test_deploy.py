"""What `deploy/` holds and `docs/operate.md` says, tried out."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml

from engine.house import wait_until
from excerpt import data_without_lists
from interurban.resources import room
from operation.listening import Scraped, counted
from operation.needed import program
from serving import free_port
from web.chain import chain

ROOT = room("data").parent
UNIT = ROOT / "deploy/interurban.service"
GUIDE = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```\n# tested: (\w+)\n(.*?)```", GUIDE, re.DOTALL))
MOST = 20  # tenths: what `systemd-analyze security` may find


def test_the_unit_is_understood_and_lets_little_through(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    here = tmp_path / "interurban.service"
    here.write_text(UNIT.read_text().replace("/opt/interurban/env/bin/interurban", f"{sys.executable} -m interurban"))
    verified = subprocess.run([analyze, "verify", here], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    judged = [analyze, "security", "--offline=true", f"--threshold={MOST}", str(UNIT)]
    found = subprocess.run(judged, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    told = re.search(r"exposure level for interurban.service: ([\d.]+)", found.stdout)
    assert told
    assert f"gives it {told[1]} " in GUIDE


def test_an_alarm_asks_for_what_is_told(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    rules = yaml.safe_load((ROOT / "deploy/alarms.yml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"interurban_\w+", rule["expr"])}
    with counted(tmp_path, made.port) as (client, told, _):
        assert client.get("doc/city/it-fonte.ttl").status_code == 200
        told.wait("interurban_http_requests_total", lambda n: n == 1)
        known = {sample.name for family in told.families().values() for sample in family.samples}
    assert asked - known == set()
    assert len(rules) > 5


def test_the_container_has_no_shell_and_is_nobodys() -> None:
    text = (ROOT / "deploy/Containerfile").read_text()
    last = text[text.rindex("\nFROM ") :]
    assert last.startswith("\nFROM scratch\n")
    assert not re.search(r"^(RUN|ADD|SHELL) ", last, re.MULTILINE)
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert all(line.startswith(("ENTRYPOINT [", "CMD [")) for line in re.findall("^(?:ENTRYPOINT|CMD).*", last, re.M))
    assert "--require-hashes" in text


@dataclass
class Machine:
    """Folders in place of those of a machine, and a program in place of an installed one."""

    folder: Path
    environment: dict[str, str]

    def run(self, block: str, *replaced: tuple[str, str], **more: str) -> str:
        """Run a block of the guide; it has to go well."""
        text = BLOCKS[block]
        for before, after in replaced:
            assert before in text
            text = text.replace(before, after)
        script, environment = ["sh", "-eu", "-c", text], self.environment | more
        done = subprocess.run(script, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def current(self) -> str:
        return (self.folder / "srv/releases/current").readlink().name


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("machine")
    data, program_ = data_without_lists(folder / "data"), folder / "opt/env/bin/interurban"
    program_.parent.mkdir(parents=True)
    (folder / "backup").mkdir()
    # the real program; of the data only what people have read
    run = f'exec {sys.executable} -m interurban "$@"'
    program_.write_text(f'#!/bin/sh\n[ "$1" != build ] || set -- "$@" --data {data}\n{run}\n')
    program_.chmod(0o755)
    places = {"OPT": "opt", "SRV": "srv", "BACKUP": "backup"}
    environment = dict(os.environ) | {name: str(folder / place) for name, place in places.items()}
    found = Machine(folder, environment)
    found.run("build")
    return found


def test_the_guide_s_commands_are_all_tried() -> None:
    assert set(BLOCKS) == {"install", "build", "watch", "backup", "back"}
    assert "deploy/requirements.lock" in BLOCKS["install"]
    ci = (ROOT / ".ci/run").read_text()
    options = re.findall(r"--(?:require-hashes|only-binary|no-deps)\b", BLOCKS["install"])
    assert all(option in ci for option in options)  # where it is installed so, and served


def test_a_backup_is_whole_and_can_be_put_back(machine: Machine) -> None:
    assert "1 release" in machine.run("backup")
    restored = machine.folder / "backup/restored/releases"
    assert (restored / "current").readlink().name == machine.current


def test_one_goes_back_by_one_command(machine: Machine) -> None:
    before = machine.current
    told = machine.run("back", BEFORE=before)
    assert "2 releases" in told
    assert machine.current != before


def test_the_service_is_watched_as_the_unit_starts_it(machine: Machine) -> None:
    unit = UNIT.read_text()
    settings = dict(line.split("=", 1) for line in re.findall(r"^Environment=(.*)$", unit, re.MULTILINE))
    port, metrics = free_port(), free_port()
    settings["INTERURBAN_METRICS"] = settings["INTERURBAN_METRICS"].replace("9464", str(metrics))
    settings |= {"INTERURBAN_PORT": str(port), "INTERURBAN_DRAIN_SECONDS": "0.1"}
    (start,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    start = start.replace("/opt/interurban", str(machine.folder / "opt"))
    start = start.replace("/srv/interurban", str(machine.folder / "srv"))
    environment = machine.environment | settings
    with subprocess.Popen(start.split(), env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert f":{port}/" in process.stdout.readline()
            wait_until(lambda: httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200, "it is ready")
            told = machine.run("watch", (":8000/", f":{port}/"), (":9464/", f":{metrics}/"))
            assert '"ready"' in told
            assert "interurban_processes" in told
            Scraped(metrics).wait("interurban_ready", lambda n: n == 1)
        finally:
            process.terminate()
    assert process.returncode == 0
