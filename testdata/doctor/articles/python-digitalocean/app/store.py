"""Connects to whatever the Sentinels call the primary."""
import logging
import time

import redis
from redis.sentinel import Sentinel

NODES = [("10.30.0.21", 26379), ("10.30.0.22", 26379), ("10.30.0.23", 26379)]
PASSWORD = "lighthouse-keeper-22"
log = logging.getLogger(__name__)

sentinel = Sentinel(NODES)


def primary(attempts=5):
    """The primary, once it answers a PING: 1, 2, 4, 8 and 16 seconds apart."""
    for attempt in range(attempts):
        try:
            client = sentinel.master_for("main", password=PASSWORD)
            client.ping()
            return client
        except redis.ConnectionError as error:
            log.warning("no primary yet: %s", error)
            time.sleep(2**attempt)
    raise RuntimeError("Redis stays away")


store = primary()


def save(key, value):
    try:
        store.set(key, value)
    except redis.ConnectionError as error:
        log.error("could not save %s: %s", key, error)
