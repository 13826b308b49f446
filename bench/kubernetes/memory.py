#!/usr/bin/env python3
"""What the published program takes with Kubernetes in it: start, idle memory, memory with 5,000 tracked pods, CPU while the API server is away.

usage: bench/kubernetes/memory.py PROGRAM SERVER [PODS]

PROGRAM is the published program, SERVER the built scailfin-bench-kubernetes.
"""
import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

program, server = (os.path.abspath(path) for path in sys.argv[1:3])
pods = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
WORKFLOW = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11"


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


def cpu(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until(condition, what, bound=120):
    end = time.monotonic() + bound
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"not within {bound} s: {what}")
        time.sleep(0.01)


class Client:
    def __init__(self, address, token):
        self.connection = http.client.HTTPConnection(address)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


with tempfile.TemporaryDirectory() as folder:
    kubeconfig = Path(folder, "kubeconfig")
    kubernetes = subprocess.Popen([server, "server", kubeconfig], stdin=subprocess.PIPE)
    until(lambda: kubeconfig.exists() and kubeconfig.stat().st_size > 0, "the API server starts")
    backends = Path(folder, "backends.yaml")
    backends.write_text(f"backends:\n  kubernetes:\n    kind: kubernetes\n    kubeconfig: {kubeconfig}\n")
    data = Path(folder, "data")
    workspace = data / "workspaces" / "admin" / "w"
    workspace.mkdir(parents=True)
    data.chmod(0o700)
    environment = {"PATH": "/usr/bin:/bin", "SCAILFIN_DATA": str(data), "SCAILFIN_LISTEN": "http://127.0.0.1:0", "SCAILFIN_BACKENDS": str(backends)}
    begin = time.monotonic()
    service = subprocess.Popen([program, "serve"], env=environment, stderr=open(Path(folder, "log"), "wb"))
    try:
        address_file = data / "service.url"
        until(lambda: address_file.exists() and address_file.stat().st_size > 0, "the service starts")
        address = address_file.read_text().strip().removeprefix("http://")
        token = (data / "admin.token").read_text().strip()
        until(lambda: Client(address, token).ask("GET", "/jobs")[0] == 200, "GET /jobs answers")
        print(f"start_ms {(time.monotonic() - begin) * 1000:.0f}")
        time.sleep(2)
        print(f"idle_mb {resident(service.pid):.1f}")

        body = json.dumps({"job_name": "s", "workflow_uuid": WORKFLOW, "workflow_workspace": str(workspace), "docker_img": "image",
                           "cmd": base64.b64encode(b"sleep 1000").decode(), "cvmfs_mounts": "false"})

        def submit(count):
            client = Client(address, token)
            for _ in range(count):
                status, answer = client.ask("POST", "/jobs", body)
                if status != 201:
                    sys.exit(f"POST /jobs: {status} {answer}")

        submit(1)
        time.sleep(2)
        print(f"one_job_mb {resident(service.pid):.1f}")
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(submit, [pods // 8] * 8))
        client = Client(address, token)
        until(lambda: b'"status"' not in client.ask("GET", "/jobs?status=queued&limit=1")[1], "all jobs run", 600)
        time.sleep(5)
        print(f"tracked_{pods}_mb {resident(service.pid):.1f}")
        before = cpu(service.pid)
        time.sleep(30)
        print(f"watching_{pods}_cpu_percent {(cpu(service.pid) - before) / 30 * 100:.2f}")
        log = Path(folder, "log")
        lines = len(log.read_bytes().splitlines())
        kubernetes.stdin.close()
        kubernetes.wait()
        before = cpu(service.pid)
        time.sleep(300)
        print(f"away_cpu_percent {(cpu(service.pid) - before) / 300 * 100:.2f}")
        print(f"away_log_lines {len(log.read_bytes().splitlines()) - lines}")
    finally:
        service.terminate()
        service.wait()
        if kubernetes.poll() is None:
            kubernetes.stdin.close()
            kubernetes.wait()
