#!/usr/bin/env python3
"""Measures the published program: start, idle memory, and what 300 short jobs of the local manager cost it.

usage: bench/service.py [PROGRAM]     (default: artifacts/published/scailfin, which tests/run.sh makes)

Everything stays on loopback and in a directory that is removed at the end. CPU is the service's own, children excluded.
"""
import base64
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

STARTS, JOBS, ROUNDS = 9, 300, 3
TERMINAL = ("finished", "failed", "stopped")
BACKENDS = "backends:\n  local:\n    kind: local\n    in_flight: 8\n    runtimes: [none]\n"


class Service:
    """One `scailfin serve` on a data directory of its own."""

    def __init__(self, program, data):
        self.data = data
        backends = os.path.join(data, "backends.yaml")
        with open(backends, "w", encoding="ascii") as file:
            file.write(BACKENDS)
        address = os.path.join(data, "service.url")
        environment = dict(os.environ, SCAILFIN_DATA=data, SCAILFIN_LISTEN="http://127.0.0.1:0", SCAILFIN_BACKENDS=backends)
        begun = time.perf_counter()
        self.process = subprocess.Popen([program, "serve"], env=environment, stderr=subprocess.DEVNULL)
        while not (os.path.exists(address) and open(address, encoding="ascii").read().endswith("\n")):
            if self.process.poll() is not None or time.perf_counter() - begun > 30:
                raise SystemExit("the service did not start")
            time.sleep(0.001)
        self.connection = http.client.HTTPConnection(open(address, encoding="ascii").read().strip().removeprefix("http://"))
        token = open(os.path.join(data, "admin.token"), encoding="ascii").read().strip()
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if self.ask("GET", "/jobs")[0] != 200:
            raise SystemExit("GET /jobs is not 200")
        self.start_ms = (time.perf_counter() - begun) * 1000
        while self.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.005)

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def cpu_s(self):
        fields = open(f"/proc/{self.process.pid}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def in_new_directory(work):
    data = tempfile.mkdtemp(prefix="scailfin-bench-")
    try:
        return work(data)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def measure_start(program):
    def once(data):
        service = Service(program, data)
        time.sleep(1)
        figures = service.start_ms, service.resident_mb()
        service.stop()
        return figures

    figures = [in_new_directory(once) for _ in range(STARTS)]
    return [f[0] for f in figures], [f[1] for f in figures]


def measure_jobs(program):
    def once(data):
        service = Service(program, data)
        workspace = os.path.join(data, "workspaces", "admin", "bench")
        os.makedirs(workspace)
        cpu, begun, ids = service.cpu_s(), time.perf_counter(), []
        for number in range(JOBS):
            command = base64.b64encode(f"echo {number}".encode()).decode()
            status, body = service.ask("POST", "/jobs", json.dumps({
                "job_name": "bench", "workflow_uuid": str(uuid.uuid4()), "workflow_workspace": workspace, "docker_img": "none", "cmd": command}))
            if status != 201:
                raise SystemExit(f"POST /jobs: {status} {body}")
            ids.append(json.loads(body)["job_id"])
        while True:
            jobs = json.loads(service.ask("GET", "/jobs")[1])["jobs"]
            if all(next(iter(job.values()))["status"] in TERMINAL for job in jobs):
                break
            time.sleep(0.25)
        wall, cpu = time.perf_counter() - begun, service.cpu_s() - cpu
        right = sum(service.ask("GET", f"/jobs/{job}/logs")[1] == f"{number}\n".encode() for number, job in enumerate(ids))
        memory = service.resident_mb()
        service.stop()
        return wall, cpu / JOBS * 1000, right, memory

    return [in_new_directory(once) for _ in range(ROUNDS)]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "artifacts/published/scailfin"
    starts, idle = measure_start(program)
    print(f"cold start to first GET /jobs 200, ms   median {statistics.median(starts):.0f}  ({min(starts):.0f} to {max(starts):.0f}, {STARTS} starts)")
    print(f"resident idle, MB                       median {statistics.median(idle):.1f}  ({min(idle):.1f} to {max(idle):.1f})")
    for wall, cpu, right, memory in measure_jobs(program):
        print(f"{JOBS} short jobs: {wall:.1f} s, {cpu:.2f} ms CPU of the service per job, logs right {right} of {JOBS}, resident after {memory:.0f} MB")


if __name__ == "__main__":
    main()
