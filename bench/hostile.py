#!/usr/bin/env python3
"""Measures what one user can cost the published program: memory, start, descriptors, and another user's requests.

usage: bench/hostile.py [PROGRAM [CASE...]]     (default: artifacts/published/scailfin, every case)

Cases: texts, list, finished, readers, idle, users. Everything stays on loopback and in a directory that is removed at the end; "finished"
takes 1 GB there. Rows of finished jobs are written into the store directly, as the service writes them.
"""
import base64
import hashlib
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

WORKFLOW = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11"
BACKENDS = "backends:\n  local:\n    kind: local\n    in_flight: {}\n    runtimes: [none]\n"
MB = 1 << 20


STARTED = []


class Service:
    """One `scailfin serve` on a data directory, which may have been used before."""

    def __init__(self, program, data, in_flight=1, descriptors=None):
        self.program, self.data = program, data
        backends, address = os.path.join(data, "backends.yaml"), os.path.join(data, "service.url")
        with open(backends, "w", encoding="ascii") as file:
            file.write(BACKENDS.format(in_flight))
        self.workspace = os.path.join(data, "workspaces", "shared", "w")
        os.makedirs(self.workspace, exist_ok=True)
        if os.path.exists(address):
            os.remove(address)
        self.environment = dict(os.environ, SCAILFIN_DATA=data, SCAILFIN_LISTEN="http://127.0.0.1:0", SCAILFIN_BACKENDS=backends,
                                SCAILFIN_SHARED_WORKSPACES=os.path.dirname(self.workspace))

        def limit():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        begun = time.perf_counter()
        self.process = subprocess.Popen([program, "serve"], env=self.environment, stderr=subprocess.DEVNULL, preexec_fn=limit)
        STARTED.append(self.process)
        while not (os.path.exists(address) and open(address, encoding="ascii").read().endswith("\n")):
            if self.process.poll() is not None or time.perf_counter() - begun > 120:
                raise SystemExit("the service did not start")
            time.sleep(0.005)
        self.host = open(address, encoding="ascii").read().strip().removeprefix("http://")
        self.admin = self.client(open(os.path.join(data, "admin.token"), encoding="ascii").read().strip())
        while self.admin.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.005)
        self.start_s = time.perf_counter() - begun
        self.peak = 0

    def client(self, token):
        return Client(self, token)

    def user(self, name):
        out = subprocess.run(
            [self.program, "tokens", "create", name], env=self.environment, capture_output=True, text=True, check=True).stdout
        client = self.client(next(word for line in out.splitlines() for word in line.split() if len(word) >= 32))
        while client.ask("GET", "/jobs?limit=1")[0] != 200:
            time.sleep(0.1)
        return client

    def resident(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            now = next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024
        self.peak = max(self.peak, now)
        return now

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


class Client:
    """One user on one connection, which is opened again when it was closed."""

    def __init__(self, service, token):
        self.service = service
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.connection = None

    def again(self):
        other = Client(self.service, "")
        other.headers = self.headers
        return other

    def ask(self, method, path, body=None):
        for last in (False, True):
            try:
                self.connection = self.connection or http.client.HTTPConnection(self.service.host, timeout=120)
                self.connection.request(method, path, body, self.headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (ConnectionError, http.client.HTTPException):
                self.connection = None
                if last:
                    return 0, b""

    def post(self, command="true", **more):
        job = {"job_name": "bench", "workflow_workspace": self.service.workspace, "workflow_uuid": WORKFLOW, "docker_img": "none",
               "cmd": base64.b64encode(command.encode()).decode(), "env_vars": {}} | more
        return self.ask("POST", "/jobs", json.dumps(job))

    def open_raw(self, path):
        """A request whose answer nobody reads."""
        host, port = self.service.host.split(":")
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((host, int(port)))
        if path:
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {self.headers['Authorization']}\r\n\r\n".encode())
        return raw


def figure(what, value):
    print(f"{what:<78} {value}", flush=True)


def texts(program, data):
    service = Service(program, data)
    service.admin.post("sleep 600")
    figure("resident before, MB", f"{service.resident():.1f}")
    figure("a prettified_cmd of 3.9 MB is answered", service.admin.post(prettified_cmd="p" * 3_900_000)[0])
    for _ in range(60):
        assert service.admin.post(prettified_cmd="p" * MB)[0] == 201
    figure("resident after 60 POSTs with a prettified_cmd of 1 MiB, MB", f"{service.resident():.1f}")
    service.stop()
    service = Service(program, data)
    figure("resident after a restart, MB", f"{service.resident():.1f}")
    service.stop()


def listing(program, data):
    service = Service(program, data)
    service.admin.post("sleep 600")
    for _ in range(500):
        assert service.admin.post("c" * (MB - 16))[0] == 201
    figure("resident with 500 commands of 1 MB, MB", f"{service.resident():.1f}")
    for number in range(1, 4):
        status, body = service.admin.ask("GET", "/jobs")
        figure(f"resident after GET /jobs number {number} ({status}, {len(body) / MB:.0f} MB), MB", f"{service.resident():.1f}")
    service.stop()


def length(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def add_finished(data, count, size, logs=None):
    """Rows and files of finished jobs."""
    ids = []
    specs = os.path.join(data, "specs")
    os.makedirs(specs, mode=0o700, exist_ok=True)
    store = sqlite3.connect(os.path.join(data, "jobs.sqlite"))
    now = int(time.time() * 1000)
    for number in range(count):
        job = str(uuid.uuid4())
        command = f"echo {number} ".encode() * (size // 8)
        command = command[:size]
        content = b"\x01" + length(len(command)) + command + length(0) + length(0)
        name = f"{job}-{hashlib.sha256(content).hexdigest()[:32]}"
        with open(os.path.join(specs, name), "wb") as file:
            file.write(content)
        spec = {"docker_img": "none", "workspace": os.path.join(data, "workspaces", "shared", "w"), "cvmfs_mounts": "", "shared_file_system": True,
                "timeout_s": 604800, "backend_fields": {}, "texts_file": name, "texts_bytes": size}
        evidence = {"source": "Receipt", "text": "The step ended with exit code 0.", "observed_at": now, "exit_code": 0}
        store.execute(
            "INSERT INTO job (id, owner, workflow_uuid, job_name, compute_backend, spec, status, reason, attempt, backend_job_id, "
            "backend_state, created_at, started_at, finished_at, evidence, released) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (job, "ada", WORKFLOW, "bench", "local", json.dumps(spec), "finished", "", 1, "12345", "", now, now, now,
             json.dumps(evidence), 1))
        if logs is not None:
            store.execute("INSERT INTO job_log (job_id, logs) VALUES (?, ?)", (job, logs))
        ids.append(job)
    store.commit()
    store.close()
    return ids


def finished(program, data):
    Service(program, data).stop()
    add_finished(data, 10_000, 100_000)
    service = Service(program, data)
    figure("start with 10,000 finished jobs of 100 kB commands, s (bar 1)", f"{service.start_s:.2f}")
    figure("resident after the start, MB (bar 100)", f"{service.resident():.1f}")
    begun = time.perf_counter()
    status, body = service.admin.ask("GET", "/jobs?limit=1000")
    figure(f"GET /jobs?limit=1000 ({status}, {len(body) / MB:.0f} MB), s", f"{time.perf_counter() - begun:.2f}")
    figure("resident after it, MB", f"{service.resident():.1f}")
    service.stop()


def readers(program, data):
    Service(program, data).stop()
    job = add_finished(data, 1, 100, "a line of the log\n" * (9 * MB // 18))[0]
    service = Service(program, data)
    figure("resident before, MB", f"{service.resident():.1f}")
    sockets = [service.admin.open_raw(f"/jobs/{job}/logs") for _ in range(40)]
    for _ in range(100):
        service.resident()
        time.sleep(0.1)
    figure("resident with 40 slow readers of a log of 9 MB, MB (the most in 10 s)", f"{service.resident():.1f} ({service.peak:.1f})")
    for raw in sockets:
        raw.close()
    service.stop()


def idle(program, data):
    service = Service(program, data, in_flight=4, descriptors=256)
    sockets = [service.admin.open_raw(None) for _ in range(400)]
    ids = [json.loads(service.admin.post("sleep 1")[1])["job_id"] for _ in range(8)]
    deadline = time.monotonic() + 120
    left = set(ids)
    while left and time.monotonic() < deadline:
        left = {job for job in left if b'"finished"' not in service.admin.ask("GET", f"/jobs/{job}")[1]}
        time.sleep(0.2)
    figure("400 idle connections, 256 descriptors: jobs finished and observed of 8", len(ids) - len(left))
    for raw in sockets:
        raw.close()
    service.stop()


def p95(user, seconds):
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.perf_counter()
        status = user.post(f"echo {len(times)}")[0]
        assert status == 201, status
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.02)
    return statistics.quantiles(times, n=20)[18], len(times)


def users(program, data):
    Service(program, data).stop()
    logs = add_finished(data, 20, 100_000, "a line of the log\n" * (9 * MB // 18))
    service = Service(program, data)
    ada, bob = service.user("ada"), service.user("bob")
    service.admin.post("sleep 600")
    p95(bob, 2)
    before, count = p95(bob, 15)
    figure("another user's POST alone, p95 ms", f"{before:.1f} ({count})")
    stop = threading.Event()
    answers = {}

    def bodies(client):
        number = 0
        while not stop.is_set():
            status = client.post("b" * (MB - 16), prettified_cmd="p" * MB)[0] if number % 2 else client.ask("GET", "/jobs")[0]
            answers[status] = answers.get(status, 0) + 1
            number += 1

    threads = [threading.Thread(target=bodies, args=(ada.again(),)) for _ in range(4)]
    sockets = [ada.open_raw(f"/jobs/{logs[number % len(logs)]}/logs") for number in range(40)]
    sockets += [ada.open_raw(None) for _ in range(400)]
    for thread in threads:
        thread.start()
    watch = threading.Thread(target=lambda: [service.resident() or time.sleep(0.1) for _ in iter(lambda: stop.is_set(), True)])
    watch.start()
    beside, count = p95(bob, 30)
    stop.set()
    for thread in [*threads, watch]:
        thread.join()
    figure("beside one user's large bodies, lists, 40 slow logs, 400 idle, p95 ms (bar 2x)", f"{beside:.1f} ({count})")
    figure("resident, the most, MB (bar 300)", f"{service.peak:.1f}")
    figure("that user's answers, by status", dict(sorted(answers.items())))
    for raw in sockets:
        raw.close()
    service.stop()


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "artifacts/published/scailfin")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    cases = {"texts": texts, "list": listing, "finished": finished, "readers": readers, "idle": idle, "users": users}
    for name in sys.argv[2:] or cases:
        data = tempfile.mkdtemp(prefix="scailfin-bench-")
        print(f"-- {name}", flush=True)
        try:
            cases[name](program, data)
        finally:
            for process in STARTED:
                process.kill()
                process.wait()
            STARTED.clear()
            shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
