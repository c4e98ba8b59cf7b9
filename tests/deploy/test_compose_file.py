"""docker-compose.yml against the program: every command, setting, secret, mount, user and image in it is what it should be."""

from __future__ import annotations

import re
import shlex
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

from custody.cli.program import make_app
from custody.sandbox.native_kafka import CLUSTER_ID, ENDPOINT, Node, node_properties
from custody.sandbox.secret_files import OWNERS, files_of
from tests.deploy.compose import FILE, ROOT, environment_of, mounts_of, services

SERVICES = services()
OURS = [name for name, service in SERVICES.items() if str(service["image"]).startswith("ballot-custody:")]
BROKERS = [name for name in SERVICES if name.startswith("kafka-")]
LONG_RUNNING = [name for name, service in SERVICES.items() if service["restart"] == "unless-stopped"]
SECRETS = "/run/custody"
PUBLISHED = {"gateway-1", "gateway-2", "web"}


def whole() -> dict[str, Any]:
    """The file as one object."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def settings_that_the_program_reads() -> set[str]:
    """Every CUSTODY_ name in the program's own source; a setting may also come as the name of a file."""
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for package in ("custody", "consumers", "projections")
        for path in (ROOT / package).rglob("*.py")
    )
    names = set(re.findall(r'"(CUSTODY_[A-Z_]+)"', text))
    return names | {f"{name}_FILE" for name in re.findall(r'secret\(\s*"(CUSTODY_[A-Z_]+)"', text)}


def parsed(words: list[str]) -> None:
    """A command of ours, parsed as the program parses it; typer raises for anything that is not there."""
    command: Any = get_command(make_app())
    context = typer.Context(command, info_name="custody")
    while isinstance(command, typer.core.TyperGroup):
        _, command, words = command.resolve_command(context, words)
        assert command is not None
        context = typer.Context(command, info_name=command.name, parent=context)
    command.parse_args(context, [*words])


def test_there_are_three_brokers_two_gateways_and_one_of_each_other_service() -> None:
    names = {
        "secrets",
        "postgres",
        "init",
        "gateway-1",
        "gateway-2",
        "ledger",
        "checkpointer",
        "monitor",
        "web",
        "desk",
    }
    assert set(SERVICES) == names | {"kafka-1", "kafka-2", "kafka-3"}


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_that_the_program_has(name: str) -> None:
    words = SERVICES[name]["command"]
    assert words[0] == "custody"
    parsed(words[1:])


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_that_the_program_reads(name: str) -> None:
    assert set(environment_of(SERVICES[name])) <= settings_that_the_program_reads()


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_that_a_service_names_is_one_that_is_made_for_its_user(name: str) -> None:
    service = SERVICES[name]
    user = int(service["user"].split(":")[0])
    mine = {f"{SECRETS}/{owner.folder}/{file}": owner.user for owner in OWNERS for file in files_of(owner)}
    named = [value for value in environment_of(service).values() if value.startswith(f"{SECRETS}/")]
    for value in named:
        if value in mine:
            assert user in {mine[value], 0}
        else:
            assert user in {owner.user for owner in OWNERS if value == f"{SECRETS}/{owner.folder}"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file_itself(name: str) -> None:
    for setting, value in environment_of(SERVICES[name]).items():
        assert not re.search("PASSWORD|PIN|SECRET", setting) or value.startswith(SECRETS)
        assert not re.search(r"//[^/@]+:[^/@]+@", value)


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "tmpfs", "logging"} <= set(service)
    assert "privileged" not in service
    assert set(service.get("cap_add", ())) <= {"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH"}


@pytest.mark.parametrize("name", SERVICES)
def test_programs_are_run_from_temporary_files_by_brokers_only(name: str) -> None:
    options = [mount.partition(":")[2].split(",") for mount in SERVICES[name]["tmpfs"] if mount.startswith("/tmp:")]
    assert [("exec" in given) for given in options] == [name in BROKERS]
    assert all(given[-2].startswith("size=") for given in options)


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_what_runs_for_long_is_not_root_and_has_a_health_check(name: str) -> None:
    service = SERVICES[name]
    assert int(service["user"].split(":")[0]) > 0
    assert "cap_add" not in service
    assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])


def test_only_the_two_jobs_are_root_and_they_end() -> None:
    assert {name for name, service in SERVICES.items() if service["user"] == "0:0"} == {"secrets", "init"}
    assert all(SERVICES[name]["restart"].startswith(("no", "on-failure")) for name in ("secrets", "init"))


def test_no_two_services_of_ours_have_the_same_user() -> None:
    users = [SERVICES[name]["user"] for name in OURS if SERVICES[name]["user"] != "0:0"]
    assert len(set(users)) == len(users)


@pytest.mark.parametrize("name", SERVICES)
def test_only_web_and_gateways_publish_ports_and_on_this_machine_only(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert bool(ports) == (name in PUBLISHED)
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_published_port_is_the_one_that_the_service_listens_on(name: str) -> None:
    (port,) = SERVICES[name]["ports"]
    assert environment_of(SERVICES[name])["CUSTODY_LISTEN"].split(":")[1] == port.split(":")[2]


def test_the_inner_network_leads_nowhere_and_everybody_is_on_it() -> None:
    assert whole()["networks"]["inside"] == {"internal": True}
    assert all("inside" in service["networks"] for service in SERVICES.values())


@pytest.mark.parametrize("name", SERVICES)
def test_every_file_that_is_mounted_is_there_and_cannot_be_changed(name: str) -> None:
    volumes = set(whole()["volumes"])
    for volume in SERVICES[name].get("volumes", ()):
        source, _, *mode = volume.split(":")
        if source.startswith("./"):
            assert (ROOT / source).is_file()
            assert mode == ["ro"]
        else:
            assert source in volumes
            assert source != "secrets" or mode == ["ro"] or name == "secrets"


def test_every_volume_is_used_and_no_two_services_write_to_one() -> None:
    writers = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", ())
        if not volume.startswith("./") and not volume.endswith(":ro")
    ]
    assert sorted(writers) == sorted(whole()["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_what_it_needs(name: str) -> None:
    waits = SERVICES[name].get("depends_on", {})
    assert set(waits) <= set(SERVICES)
    for other, how in waits.items():
        ends = SERVICES[other]["restart"] != "unless-stopped"
        assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy")
    environment = environment_of(SERVICES[name])
    if name in LONG_RUNNING and "CUSTODY_HEALTH_LISTEN" in environment:
        assert set(waits) == {"init"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?", SERVICES[name]["image"])


def test_the_brokers_are_of_the_version_that_the_tests_run() -> None:
    assert {SERVICES[name]["image"].split(":")[1] for name in BROKERS} == {ENDPOINT.split(":")[2]}


def test_the_brokers_start_with_the_properties_that_the_tests_use() -> None:
    for name in BROKERS:
        mounts = mounts_of(SERVICES[name])
        assert mounts["/etc/custody/server.properties"] == "./custody/data/kafka/server.properties"
        assert mounts["/etc/custody/start.sh"] == "./deploy/kafka/start.sh"
        assert mounts[environment_of(SERVICES[name])["NODE_DATA"]] == name


def test_start_sh_writes_the_same_properties_as_the_tests_nodes_and_for_the_same_cluster() -> None:
    text = (ROOT / "deploy" / "kafka" / "start.sh").read_text(encoding="utf-8")
    written = set(re.findall(r'^  echo "([a-z.]+)=', text, re.MULTILINE))
    nodes = [Node(number, (1, 2, 3), Path("folder")) for number in (1, 2, 3)]
    assert written == set(node_properties(nodes[0], nodes=nodes))
    assert f"CLUSTER_ID={CLUSTER_ID}" in text


def test_start_sh_reads_exactly_the_environment_that_a_broker_gets() -> None:
    text = (ROOT / "deploy" / "kafka" / "start.sh").read_text(encoding="utf-8")
    read = set(re.findall(r"\$(?:\{)?((?:NODE|KAFKA)_[A-Z_]+)", text)) - {"KAFKA_BROKER_PASSWORD"}
    for name in BROKERS:
        given = set(environment_of(SERVICES[name]))
        assert read <= given
        assert given - read == {"KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "EXTRA_ARGS", "LOG_DIR"}, (
            "of Kafka's own scripts"
        )


def test_the_brokers_logging_is_well_formed_and_writes_no_file() -> None:
    said = yaml.safe_load((ROOT / "deploy" / "kafka" / "log4j2.yaml").read_text(encoding="utf-8"))["Configuration"]
    assert set(said["Appenders"]) == {"Console"}
    assert said["Loggers"]["Root"]["AppenderRef"] == [{"ref": said["Appenders"]["Console"]["name"]}]


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_image_is_made_in_two_stages_of_one_pinned_slim_python() -> None:
    bases = [words.split()[0] for name, words in instructions() if name == "FROM"]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", bases[0])


def test_the_image_installs_by_hash_only_and_runs_as_nobody_s_root() -> None:
    installs = [part for name, words in instructions() if name == "RUN" for part in words.split("&&")]
    for part in (part for part in installs if "pip install" in part):
        assert "--require-hashes" in part or "--no-index" in part
    users = [words for name, words in instructions() if name == "USER"]
    assert users == ["10000:10000"]
    assert not [words for name, words in instructions() if name in {"ARG", "ADD", "ENTRYPOINT"}]


def test_what_the_image_copies_is_there_and_reaches_the_builder() -> None:
    admitted = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for name, words in instructions():
        if name == "COPY" and not words.startswith("--from"):
            for source in shlex.split(words)[:-1]:
                assert (ROOT / source).exists()
                assert source in admitted or any(one.startswith(f"{source}/") for one in admitted)


def test_the_folders_in_the_image_belong_to_the_users_that_write_to_them() -> None:
    (made,) = [words for name, words in instructions() if name == "RUN" and "install -d" in words]
    by_path = {path: int(user) for user, path in re.findall(r"install -d -o (\d+) -g \d+ -m \d+ (\S+)", made)}
    for name in OURS:
        for volume in SERVICES[name]["volumes"]:
            _, path, *mode = volume.split(":")
            if not mode and path != SECRETS:
                assert by_path[path] == int(SERVICES[name]["user"].split(":")[0]), name


def needed_by(name: str) -> set[str]:
    """A package and all that it needs, as installed here."""
    found: set[str] = set()
    left: set[str] = {canonicalize_name(name)}
    while left:
        one = left.pop()
        found.add(one)
        wanted = [Requirement(line) for line in requires(one) or ()]
        left |= {
            canonicalize_name(need.name)
            for need in wanted
            if need.marker is None or need.marker.evaluate({"extra": ""})
        } - found
    return found


def test_the_lines_of_the_lock_that_build_the_image_are_the_backend_and_all_that_it_needs() -> None:
    (taken,) = re.findall(r"taken = /\^\(([a-z|-]+)\)==/", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert set(taken.split("|")) == needed_by("hatchling")
    lock = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    for name in taken.split("|"):
        assert re.search(rf"^{name}==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE), name


@pytest.mark.parametrize("name", ["gateway-1", "gateway-2"])
def test_a_gateway_serves_the_tiles_that_the_checkpointer_writes_and_cannot_change_them(name: str) -> None:
    place = environment_of(SERVICES[name])["CUSTODY_TILES"]
    command = SERVICES["checkpointer"]["command"]
    written = command[command.index("--tiles") + 1]
    volume = mounts_of(SERVICES["checkpointer"])[written]
    assert f"{volume}:{place}:ro" in SERVICES[name]["volumes"]
    assert set(mounts_of(SERVICES["ledger"])) < set(mounts_of(SERVICES[name]))
