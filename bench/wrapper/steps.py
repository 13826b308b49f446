#!/usr/bin/env python3
"""Measures what a step that does nothing costs in the local backend, side by side with bubblewrap called by hand.

usage: bench/wrapper/steps.py IMAGE [PROGRAM]     (default: artifacts/published/scailfin, which tests/run.sh makes)

IMAGE is an unpacked root file system with bash in it. Three rounds, each: 300 steps `echo N` through the service (bubblewrap, in_flight 8); the
same 300 through `xargs -P8`; one wrapper after the other, and `bash -c 'echo 1'` as often. CPU is the processes' own and their children's.
"""
import base64
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import service  # noqa: E402

STEPS, ALONE, ROUNDS = 300, 20, 3
BY_HAND = ("bwrap", "--unshare-all", "--share-net", "--die-with-parent", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--proc", "/proc", "--dev", "/dev")


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(work):
    cpu, begun = children_cpu(), time.perf_counter()
    work()
    return time.perf_counter() - begun, children_cpu() - cpu


def request(image, workspace, command):
    return json.dumps({"job_name": "bench", "workflow_uuid": str(uuid.uuid4()), "workflow_workspace": workspace, "docker_img": image,
                       "cmd": base64.b64encode(command.encode()).decode()})


def through_the_service(program, image):
    def once(data):
        one = service.Service(program, data)
        workspace = os.path.join(data, "workspaces", "admin", "bench")
        os.makedirs(workspace)
        begun = time.perf_counter()
        for number in range(STEPS):
            status, body = one.ask("POST", "/jobs", request(image, workspace, f"echo {number}"))
            if status != 201:
                raise SystemExit(f"POST /jobs: {status} {body}")
        while True:
            statuses = [next(iter(job.values()))["status"] for job in json.loads(one.ask("GET", "/jobs")[1])["jobs"]]
            if all(status in service.TERMINAL for status in statuses):
                break
            time.sleep(0.25)
        wall = time.perf_counter() - begun
        one.stop()
        if statuses.count("finished") != STEPS:
            raise SystemExit(f"only {statuses.count('finished')} of {STEPS} steps finished")
        return wall

    service.BACKENDS = f"backends:\n  local:\n    kind: local\n    in_flight: 8\n    runtimes: [bubblewrap]\n    image_directory: {os.path.dirname(image)}\n"
    wall, cpu = timed(lambda: walls.append(service.in_new_directory(once)))
    return walls.pop(), cpu


walls = []


def by_hand(image):
    words = [*BY_HAND, "--ro-bind", image, "/", "--", "bash", "-c", "echo {}"]
    numbers = "".join(f"{number}\n" for number in range(STEPS)).encode()
    return timed(lambda: subprocess.run(["xargs", "-P8", "-I{}", *words], input=numbers, stdout=subprocess.DEVNULL, check=True))


def wrappers(program, image, data):
    with open(os.path.join(data, "site.yaml"), "w", encoding="utf-8") as file:
        file.write(f"runtimes: [bubblewrap]\nimage_directory: {os.path.dirname(image)}\n")
    workspace = os.path.join(data, "workspace")
    os.mkdir(workspace)
    places = [os.path.join(data, str(number)) for number in range(ALONE)]
    for place in places:
        os.mkdir(place)
        script = subprocess.run(
            [program, "wrapper", "render", "-", "--site", f"{data}/site.yaml", "--staging", "shared", "--directory", place],
            input=request(image, workspace, "echo 1").encode(), stdout=subprocess.PIPE, check=True).stdout
        with open(os.path.join(place, "wrapper.sh"), "wb") as file:
            file.write(script)

    def run():
        for place in places:
            subprocess.run(["bash", "wrapper.sh"], cwd=place, check=True)

    return timed(run)


def bash_alone():
    return timed(lambda: [subprocess.run(["bash", "-c", "echo 1"], stdout=subprocess.DEVNULL, check=True) for _ in range(ALONE)])


def main():
    image = os.path.realpath(sys.argv[1])
    program = os.path.realpath(sys.argv[2] if len(sys.argv) > 2 else "artifacts/published/scailfin")
    for number in range(ROUNDS):
        wall, cpu = through_the_service(program, image)
        hand, hand_cpu = by_hand(image)
        data = tempfile.mkdtemp(prefix="scailfin-bench-")
        _, wrapper = wrappers(program, image, data)
        shutil.rmtree(data)
        _, bash = bash_alone()
        print(f"round {number + 1}: service {STEPS / wall:.1f} steps/s, {cpu / STEPS * 1000:.0f} ms CPU a step; xargs {STEPS / hand:.1f}/s, "
              f"{hand_cpu / STEPS * 1000:.1f} ms; ratio 1/{wall / hand:.1f}; wrapper {wrapper / ALONE * 1000:.1f} ms CPU, "
              f"bash -c {bash / ALONE * 1000:.2f} ms: {wrapper / bash:.1f} times", flush=True)


if __name__ == "__main__":
    main()
