"""Ordinary redis-py clients, one thread each, as somebody writes them who knows one address."""
import argparse
import json
import os
import signal
import threading
import time

import redis

parser = argparse.ArgumentParser()
parser.add_argument("--address", required=True)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--connections", type=int, default=1)
parser.add_argument("--pipeline", type=int, default=1)
parser.add_argument("--pause-ms", type=float, default=20)
parser.add_argument("--seconds", type=float, default=600)
parser.add_argument("--prefix", required=True)
options = parser.parse_args()

stopping = threading.Event()
printing = threading.Lock()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())


def say(**facts):
    with printing:
        print(json.dumps(facts), flush=True)


def connect():
    return redis.Redis(
        host=options.address,
        port=options.port,
        password=os.environ.get("REDIS_PASSWORD"),
        socket_timeout=30,
    )


def write(client, names):
    """One SET, or several in one pipeline; raises what redis-py raises."""
    if len(names) == 1:
        client.set(names[0], "x")
        return
    pipeline = client.pipeline(transaction=False)
    for name in names:
        pipeline.set(name, "x")
    pipeline.execute()


def run(number):
    prefix = f"{options.prefix}:{number}:"
    client = connect()
    began = last = told = time.monotonic()
    longest, reported, errors, closed, following = 0.0, 1, 0, 0, 1
    acknowledged = 0

    def tell():
        nonlocal reported
        if following > reported:
            say(event="acknowledged", prefix=prefix, first=reported, last=following - 1)
        reported = following

    while not stopping.is_set() and time.monotonic() - began < options.seconds:
        names = [f"{prefix}{number}" for number in range(following, following + options.pipeline)]
        try:
            write(client, names)
            now = time.monotonic()
            longest, last = max(longest, now - last), now
            following += len(names)
            acknowledged += len(names)
        except redis.RedisError as error:
            tell()
            following += len(names)
            reported = following
            errors += 1
            is_closed = isinstance(error, (redis.ConnectionError, redis.TimeoutError))
            closed += is_closed
            say(event="error", connection=prefix, closed=is_closed, message=str(error)[:200])
        if time.monotonic() - told > 0.5:
            told = time.monotonic()
            tell()
        stopping.wait(options.pause_ms / 1000)
    tell()
    longest = max(longest, time.monotonic() - last - options.pause_ms / 1000)
    say(event="summary", connection=prefix, acknowledged=acknowledged, errors=errors, closed=closed,
        longestGapMs=round(longest * 1000))


threads = [threading.Thread(target=run, args=(number,)) for number in range(options.connections)]
for thread in threads:
    thread.start()
for thread in threads:
    # In slices: Python runs signal handlers between them.
    while thread.is_alive():
        thread.join(0.2)
