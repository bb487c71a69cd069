"""Counts visits; Sentinel says where Redis is."""
import logging
import time

import redis
from redis.sentinel import Sentinel

NODES = [("10.30.0.21", 26379), ("10.30.0.22", 26379), ("10.30.0.23", 26379)]
log = logging.getLogger(__name__)

sentinel = Sentinel(NODES)
# Reconnects by itself when the primary changes.
primary = sentinel.master_for("main", password="lighthouse-keeper-22")
replica = sentinel.slave_for("main", password="lighthouse-keeper-22")


def visit(page):
    try:
        primary.incr(f"visits:{page}")
        return replica.get(f"visits:{page}")
    except redis.ConnectionError as error:
        log.error("Redis is away: %s", error)
        return None


while True:
    visit("/")
    time.sleep(1)
