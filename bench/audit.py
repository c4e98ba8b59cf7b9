"""The audit: signatures a second against bare verification, and memory an entry.

What is compared: the whole audit of an archive (every file, envelope, canonical form, signature, hash, the full fold)
on all cores, with nothing but Ed25519 verification by ``cryptography`` on all cores in the same run, in turns, the
better of both.  About 2.5 signatures an event.  Memory: what the process of an audit has at its peak, at two sizes;
their difference is what an entry costs.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditVerdict
from custody.cli.heap import expect_growth
from tests.worlds import World

SIZE = 20_000
SIZES_OF_MEMORY = (10_000, 100_000)
ROUNDS = 2
MESSAGES = 4_000
MESSAGE = b"m" * 1_500

Signed = tuple[bytes, bytes]
"""Public key and signature."""


def run() -> Iterator[tuple[str, float]]:
    """("audit", signatures/s of the audit / bare verifications/s, both on all cores)."""
    expect_growth()
    with tempfile.TemporaryDirectory(prefix="custody-bench-") as place:
        archives = {size: _archive(Path(place) / str(size), size=size) for size in (SIZE, *SIZES_OF_MEMORY)}
        election = World().election
        bare = audited = 0.0
        for _ in range(ROUNDS):
            bare = max(bare, _bare_a_second())
            audited = max(audited, _audited_a_second(archives[SIZE], election=election))
        print(f"bare verification {bare:,.0f}/s, audit {audited:,.0f} signatures/s on {_cores()} cores")
        peaks = [_peak_bytes(archives[size], election=election) for size in SIZES_OF_MEMORY]
        _print_memory(peaks)
    yield "audit", audited / bare


def _cores() -> int:
    return os.cpu_count() or 1


def _archive(to: Path, *, size: int) -> Path:
    world = World()
    return world.archive(to, entries=world.some(size))


def _audited_a_second(archive: Path, *, election: str) -> float:
    own_s, workers_s = _cpu_s()
    begin = time.perf_counter()
    report = audit_archive(Request(source=archive, root=election))
    elapsed_s = time.perf_counter() - begin
    if report.verdict is not AuditVerdict.VERIFIED:
        raise RuntimeError(f"the benchmark's own archive is {report.verdict}")
    own_us, workers_us = (
        (now - then) * 1e6 / report.tally.entries for now, then in zip(_cpu_s(), (own_s, workers_s), strict=True)
    )
    print(f"  processor for an entry: {own_us:.0f} us in the audit's process, {workers_us:.0f} us in its workers")
    return report.tally.signatures / elapsed_s


def _cpu_s() -> tuple[float, float]:
    """Processor time of this process, and of those that it started and that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime


def _bare_a_second() -> float:
    """Verifications a second of as many processes as there are cores, their start not counted."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signed = [(private.public_key().public_bytes_raw(), private.sign(MESSAGE))] * MESSAGES
    with get_context("spawn").Pool(_cores()) as pool:
        pool.map(_verify, [signed[:1]] * _cores(), chunksize=1)
        begin = time.perf_counter()
        pool.map(_verify, [signed] * _cores() * 4, chunksize=1)
        return len(signed) * _cores() * 4 / (time.perf_counter() - begin)


def _verify(signed: Sequence[Signed]) -> None:
    keys = {public: Ed25519PublicKey.from_public_bytes(public) for public, _ in signed}
    for public, signature in signed:
        keys[public].verify(signature, MESSAGE)


def _peak_bytes(archive: Path, *, election: str) -> int:
    """The peak memory of a fresh process that audits the archive alone, its workers not counted."""
    command = [sys.executable, "-m", "bench.audit", str(archive), election]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)


def _print_memory(peaks: Sequence[int]) -> None:
    for size, peak in zip(SIZES_OF_MEMORY, peaks, strict=True):
        print(f"memory audit, {size:,} entries: {peak / 2**20:,.0f} MiB at its peak")
    entries = SIZES_OF_MEMORY[1] - SIZES_OF_MEMORY[0]
    print(f"memory audit, {(peaks[1] - peaks[0]) / entries:,.0f} bytes an entry beyond {SIZES_OF_MEMORY[0]:,}")


def _audit_alone(archive: Path, *, election: str) -> int:
    expect_growth()
    audit_archive(Request(source=archive, root=election))
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except FileNotFoundError:
        # May include the peak of the process that started this one.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    print(_audit_alone(Path(sys.argv[1]), election=sys.argv[2]))
