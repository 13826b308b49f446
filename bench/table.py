#!/usr/bin/env python3
"""Prints the benchmark's table: for each figure the bar, upstream's figure (from the project's brief), and ours as median (range)."""
import os
import statistics
import sys

ROWS = [
    ("CPU per POST, ms", "post_cpu_ms", "<= 1.5 (PostgreSQL)", "10-20"),
    ("CPU per job, POST to settled, ms", "post_to_settled_cpu_ms", "", ""),
    ("POST rate, 8 clients, durable, 1/s", "post_per_s", ">= 1000 / 500", "30-73"),
    ("CPU per GET /jobs/{id}, us", "get_cpu_us", "<= 80", ""),
    ("GET /jobs/{id}, one client, 1/s", "get_per_s_1_client", "", ""),
    ("GET /jobs with 1,000 jobs, p50 ms", "list_1000_p50_ms", "<= 1", "4-12"),
    ("GET /jobs with 1,000 jobs, CPU ms", "list_1000_cpu_ms", "<= 0.3", ""),
    ("GET /jobs with 10,000 jobs, p50 ms", "list_p50_ms", "<= 40", ""),
    ("GET /jobs, p95 ms", "list_p95_ms", "", ""),
    ("GET /jobs, CPU ms", "list_cpu_ms", "", ""),
    ("GET /jobs, answer MB", "list_mb", "", ""),
    ("resident with 1,000 live jobs, MB", "memory_1000_mb", "<= 85", "148-163"),
    ("resident with 10,000 live jobs, MB", "memory_10000_mb", "<= 140", ""),
    ("300 jobs from 8 clients, POST to terminal and logged, jobs/s", "terminal_jobs_per_s", ">= 300", "14-29"),
]


def read(path):
    figures = {}
    if os.path.exists(path):
        with open(path, encoding="ascii") as file:
            for line in file:
                name, value = line.split()
                figures.setdefault(name, []).append(float(value))
    return figures


def shown(values):
    if not values:
        return "not measured"
    return f"{statistics.median(values):.4g} ({min(values):.4g} to {max(values):.4g})"


def main():
    stores = [read(path) for path in sys.argv[1:4]]
    print("| what | bar | SQLite | PostgreSQL | PostgreSQL, REANA's tables | upstream |\n| --- | --- | --- | --- | --- | --- |")
    for title, key, bar, upstream in ROWS:
        print(f"| {title} | {bar} | {' | '.join(shown(store.get(key)) for store in stores)} | {upstream} |")


if __name__ == "__main__":
    main()
