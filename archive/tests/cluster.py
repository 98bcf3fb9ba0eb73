"""A standalone Spark cluster of two workers on this machine, as processes that tests may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyspark

SPARK = Path(pyspark.__file__).parent


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def wait_for_port(port: int, process: subprocess.Popen, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"nothing listens on port {port}: {process.args}")


def kill(process: subprocess.Popen) -> None:
    """Ends a process and all that it started, without a warning."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Cluster:
    """Starts a master and two workers of one core each."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self.environment = (
            os.environ
            | environment
            | {
                "SPARK_HOME": str(SPARK),
                "SPARK_LOCAL_IP": "127.0.0.1",
                "PYSPARK_PYTHON": sys.executable,
                "SPARK_DAEMON_MEMORY": "256m",
                "SPARK_LOCAL_DIRS": str(folder / "local"),
            }
        )
        self._port = free_port()
        self.url = f"spark://127.0.0.1:{self._port}"
        self._master = self._start(
            "master.Master", "--host", "127.0.0.1", "--port", str(self._port), "--webui-port", "0"
        )
        self.workers: list[subprocess.Popen] = []
        wait_for_port(self._port, self._master)
        self.complete()

    def complete(self) -> None:
        """Starts workers until there are two."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < 2:
            self.workers.append(
                self._start(
                    "worker.Worker",
                    self.url,
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    "1",
                    "--memory",
                    "700m",
                    "--webui-port",
                    "0",
                    "--work-dir",
                    str(self._folder / "work"),
                )
            )

    def command(self, *arguments: str, conf: dict[str, str] | None = None) -> subprocess.Popen:
        """Starts ``tng-archive`` on the cluster."""
        conf = {
            "spark.executor.memory": "600m",
            "spark.driver.memory": "600m",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
        } | (conf or {})
        options = " ".join(f"--conf {name}={value}" for name, value in conf.items())
        return subprocess.Popen(
            [sys.executable, "-m", "tng_archive", *arguments, "--master", self.url],
            env=self.environment | {"PYSPARK_SUBMIT_ARGS": f"{options} pyspark-shell"},
            stdout=subprocess.PIPE,
            stderr=open(self._folder / "driver.log", "ab"),
            text=True,
            start_new_session=True,
        )

    def stop(self) -> None:
        for process in [*self.workers, self._master]:
            kill(process)

    def _start(self, name: str, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [SPARK / "bin" / "spark-class", f"org.apache.spark.deploy.{name}", *arguments],
            env=self.environment,
            stdout=open(self._folder / "daemons.log", "ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
