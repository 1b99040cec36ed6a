"""The command in processes of its own: killed, interrupted, on a cluster, and always the same numbers."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest
from bs4 import BeautifulSoup

from conftest import CHOSEN, marked
from d2l_compat.data import fashion_mnist
from d2l_compat.lessons import trials
from d2l_compat.reproduce import child
from d2l_compat.reproduce.children import Children, RunError

FRAMEWORK = "torch" if "torch" in CHOSEN else CHOSEN[0]
SHORT = """
import dataclasses, os, sys
from d2l_compat.commands.command_line import main
from d2l_compat.reproduce import editions, experiment, spreading

editions.DRAWS = 30
rows = experiment.rows()
experiment.rows = lambda: [dataclasses.replace(row, num_epochs=1) for row in rows]
spreading.PATIENCE = int(os.environ.get("PATIENCE", 100))
sys.exit(main())
"""
"""The command with rows of one epoch and thirty draws, and as patient with a cluster as PATIENCE says."""

SEEDS, RUNS = 3, 6
ALONE = ("--workers", "1")  # one training process: where two would show no more than one
REQUEST = {"style": "scratch", "seed": 0, "batch_size": 256, "lr": 0.1, "release": "2017-08-31"}


def command(out, *options):
    keys = f"C-{FRAMEWORK},D-{FRAMEWORK}"
    return [
        sys.executable,
        "-c",
        SHORT,
        "reproduce",
        "-o",
        str(out),
        "--rows",
        keys,
        "--seeds",
        str(SEEDS),
        *options,
    ]


def reproduce(out, *options, **environment):
    """Run the command to its end."""
    return subprocess.run(
        command(out, *options), env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@contextlib.contextmanager
def started(arguments, log):
    """Start a process; whatever happens, it and those it started are gone in the end."""
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(arguments, stdout=output, stderr=subprocess.STDOUT)
    everyone = [psutil.Process(process.pid)]
    try:
        yield process
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            everyone += everyone[0].children(recursive=True)
        for one in everyone:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()


def wait_for(condition, what, seconds=200):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


def kept(out):
    """The files of finished runs, with what tells whether they were written again."""
    return {path.name: path.stat().st_mtime_ns for path in (out / "runs").glob("*.json")}


def children_of(process):
    return psutil.Process(process.pid).children(recursive=True)


def all_gone(processes):
    return not psutil.wait_procs(processes, timeout=20)[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a run from start to end in local processes."""
    out = tmp_path_factory.mktemp("whole")
    process = reproduce(out)
    assert process.returncode == 0, process.stderr
    assert f"{RUNS} of {RUNS} runs" in process.stderr
    return out


def results(out):
    return (out / "results.json").read_text()


def test_every_run_is_kept_in_a_file_of_its_own(whole):
    assert len(kept(whole)) == RUNS
    runs = [run for row in json.loads(results(whole))["rows"] for run in row["runs"]]
    assert len({run["untrained_acc"] for run in runs}) == SEEDS
    assert len(runs) == RUNS


def test_a_run_is_the_training_that_its_seed_gives_anyone(whole):
    run = json.loads(results(whole))["rows"][0]["runs"][2]
    trial = trials.train(FRAMEWORK, "scratch", seed=2, num_epochs=1)
    assert run["untrained_acc"] == trial.untrained_acc
    assert run["train_loss"] == pytest.approx(trial.history.train_loss, abs=1e-6)
    assert run["test_acc"] == pytest.approx(trial.history.test_acc, abs=3e-4)


@pytest.mark.framework("torch")
def test_the_runs_begin_with_the_first_of_the_nets_that_were_drawn(whole):
    row = json.loads(results(whole))["rows"][0]
    assert row["untrained"]["release"] == row["environment"]["release"]
    assert len(row["untrained"]["accuracies"]) == 30
    assert [run["untrained_acc"] for run in row["runs"]] == row["untrained"]["accuracies"][:SEEDS]


DRAWN = marked(["d2l_2019", "mxnet", "tensorflow", "torch"])


@pytest.mark.parametrize("face", DRAWN, indirect=True)
def test_each_draw_is_what_evaluate_accuracy_says_of_that_net(face, monkeypatch):
    monkeypatch.setattr(child, "TOGETHER", 2)
    drawn = child.untrained(face.__name__.rpartition(".")[2], 3, ["2017-08-31"])
    _, test_iter = face.load_data_fashion_mnist(256)
    assert drawn == {"release": test_iter.release, "accuracies": drawn["accuracies"]}
    assert len({*drawn["accuracies"]}) == 3
    for seed, accuracy in enumerate(drawn["accuracies"]):
        face.set_seed(seed)
        assert accuracy == face.evaluate_accuracy(face.softmax_regression().net, test_iter)


@pytest.mark.parametrize(
    ("is_here", "expected"), [(True, "2017-08-26"), (False, "2017-08-31")], ids=["here", "not here"]
)
def test_the_release_that_was_published_on_is_taken_where_it_is(monkeypatch, is_here, expected):
    def locate(release, download):
        assert (release.name, download) == ("2017-08-26", False)
        if not is_here:
            raise fashion_mnist.DataNotFound("no copy")

    monkeypatch.setattr(fashion_mnist, "locate", locate)
    assert child._first_here(["2017-08-26", "2017-08-31"]) == expected


def test_the_page_and_the_table_are_written(whole):
    page = BeautifulSoup((whole / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert [heading.text[:2] for heading in page.find_all("h2")] == ["C-", "D-"]
    assert (whole / "table.md").read_text().count("\n| ") == 3


def test_started_again_it_runs_nothing_again_and_ignores_what_is_damaged(whole, tmp_path):
    before = kept(whole)
    first, second = sorted(before)[:2]
    (whole / "runs" / first).write_text("{")
    (whole / "runs" / second).write_bytes((whole / "runs" / sorted(before)[2]).read_bytes())
    text = results(whole)
    process = reproduce(whole, *ALONE)
    assert process.returncode == 0, process.stderr
    ignored = [line for line in process.stdout.splitlines() if line.startswith("ignored ")]
    assert [first in ignored[0], second in ignored[1], len(ignored)] == [True, True, 2]
    after = kept(whole)
    assert {name for name in after if after[name] != before[name]} == {first, second}
    assert results(whole) == text


def test_killed_in_the_middle_it_goes_on_from_there_and_leaves_no_process(whole, tmp_path):
    with started(command(tmp_path), tmp_path / "log") as process:
        wait_for(lambda: len(kept(tmp_path)) >= 2, "two runs")
        training = children_of(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert training
        assert all_gone(training)
    before = kept(tmp_path)
    assert 2 <= len(before) < RUNS
    assert not (tmp_path / "results.json").exists()
    assert reproduce(tmp_path, *ALONE).returncode == 0
    after = kept(tmp_path)
    assert len(after) == RUNS
    assert before.items() <= after.items()
    assert results(tmp_path) == results(whole)


def test_interrupted_it_says_so_and_leaves_no_process(tmp_path):
    with started(command(tmp_path), tmp_path / "log") as process:
        wait_for(lambda: kept(tmp_path), "a run")
        training = children_of(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert all_gone(training)
    assert "interrupted: finished runs are kept" in (tmp_path / "log").read_text()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def is_open(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def scheduler(tmp_path):
    """The address of a Dask scheduler that has no worker yet."""
    port = free_port()
    dask = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--no-dashboard"]
    with started([*dask, "--port", str(port)], tmp_path / "scheduler.log"):
        wait_for(lambda: is_open(port), "the scheduler")
        yield f"tcp://127.0.0.1:{port}"


def worker(address, log):
    dask = [sys.executable, "-m", "dask", "worker", address, "--nworkers", "1", "--nthreads", "1"]
    return started([*dask, "--no-dashboard", "--no-nanny"], log)


def test_a_cluster_gives_the_same_numbers_though_a_worker_is_killed(whole, scheduler, tmp_path):
    out = tmp_path / "out"
    with (
        worker(scheduler, tmp_path / "first.log") as first,
        worker(scheduler, tmp_path / "second.log") as second,
        started(command(out, "--scheduler", scheduler), tmp_path / "log") as process,
    ):
        wait_for(lambda: kept(out) and children_of(first) and children_of(second), "both at work")
        training = children_of(first)
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert all_gone(training)
        assert process.wait(timeout=200) == 0, (tmp_path / "log").read_text()
    assert len(kept(out)) == RUNS
    assert results(out) == results(whole)


def test_a_worker_on_other_data_is_an_error(scheduler, tmp_path):
    with worker(scheduler, tmp_path / "worker.log"):
        data = "synthetic" if not fashion_mnist.is_synthetic() else ""
        process = reproduce(tmp_path, "--scheduler", scheduler, D2L_COMPAT_DATA=data)
    assert process.returncode == 2
    (line,) = (line for line in process.stderr.splitlines() if line.startswith("error: "))
    assert "expected to train on the data of" in line


def test_no_scheduler_is_an_error_in_one_line(tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    process = reproduce(tmp_path, "--scheduler", address, PATIENCE="1")
    assert process.returncode == 2
    (line,) = process.stderr.splitlines()
    assert line.startswith(f"error: {address}: expected a Dask scheduler")


def test_a_scheduler_without_workers_is_an_error_in_one_line(scheduler, tmp_path):
    process = reproduce(tmp_path, "--scheduler", scheduler, PATIENCE="5")
    assert process.returncode == 2
    (line,) = process.stderr.splitlines()
    assert line.startswith(f"error: {scheduler}: expected workers, received a scheduler that has none")


@pytest.mark.parametrize("address", ["nonsense", "tcp://", "tcp://here", "tcp://here:port"])
def test_what_is_no_address_is_refused_at_once(tmp_path, address):
    process = reproduce(tmp_path, "--scheduler", address)
    assert process.returncode == 2
    assert process.stderr.startswith(f"error: {address}: expected a Dask scheduler at an address such as")


def test_synthetic_runs_say_so_and_are_not_mistaken_for_others(tmp_path):
    process = reproduce(tmp_path, "--seeds", "1", *ALONE, D2L_COMPAT_DATA="synthetic")
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("SYNTHETIC DATA")
    assert process.stdout.count("no verdict  ") == 2
    (row, _) = json.loads(results(tmp_path))["rows"]
    assert row["environment"]["release"] == "synthetic"


def test_data_that_are_not_there_are_an_error(tmp_path):
    process = reproduce(tmp_path, D2L_COMPAT_DATA=str(tmp_path))
    assert process.returncode == 2
    assert process.stderr.startswith(f"error: {tmp_path}: expected the 4 files")


@pytest.fixture(scope="module")
def children():
    """Child processes that are gone after the tests; what one test has left idle may serve the next."""
    children = Children()
    yield children
    with children.ending():
        pass


def test_a_training_process_that_is_killed_is_replaced(children):
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(children.ask("a run", FRAMEWORK, "train", num_epochs=1, **REQUEST))
    )
    asking.start()
    wait_for(lambda: children.busy, "a training process")
    (child,) = children.busy
    os.kill(child.process.pid, signal.SIGKILL)
    asking.join(timeout=60)
    assert len(answers[0]["train_loss"]) == 1
    assert children.idle[0] is not child


def test_a_training_process_serves_again(children):
    first = children.ask("a run", FRAMEWORK, "environment", release="2017-08-31")
    (child,) = children.idle
    assert children.ask("a run", FRAMEWORK, "environment", release="2017-08-31") == first
    assert children.idle == [child]
    assert {"python", "numpy", FRAMEWORK, "code", "release", "data"} <= set(first)


def test_a_training_process_that_always_dies_is_an_error_that_names_run_and_signal(
    children, tmp_path, monkeypatch
):
    executable = tmp_path / "python"
    executable.write_text("#!/bin/sh\necho last words >&2\nkill -KILL $$\n")
    executable.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(executable))
    message = r"C-x, seed 3: expected figures, received 3 training .* killed by SIGKILL \(last words\)"
    with pytest.raises(RunError, match=message):
        children.ask("C-x, seed 3", "x", "train", **REQUEST)


def test_an_error_of_the_training_is_passed_on(children):
    with pytest.raises(RunError, match="a run: ModuleNotFoundError: No module named 'd2l_compat.nosuch'"):
        children.ask("a run", "nosuch", "train", num_epochs=1, **REQUEST)
