"""Stores what visitors do, and follows the primary wherever it goes."""
import logging
import os
import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

SENTINELS = [("10.1.0.11", 26379), ("10.1.0.12", 26379), ("10.1.0.13", 26379)]
LIMITS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
ONCE = Retry(NoBackoff(), 0)
log = logging.getLogger(__name__)

sentinel = Sentinel(
    SENTINELS,
    sentinel_kwargs={
        "socket_timeout": 0.5,
        "socket_connect_timeout": 0.5,
        "retry": ONCE,
        "password": os.environ["SENTINEL_PASSWORD"],
    },
)
primary = sentinel.master_for(
    "shop",
    socket_timeout=0.5,
    socket_connect_timeout=0.5,
    retry=ONCE,
    password=os.environ["REDIS_PASSWORD"],
)


def follow(host, port):
    """One of these for every Sentinel: a switch drops each connection of the pool."""
    while True:
        try:
            client = redis.Redis(
                host,
                port,
                socket_connect_timeout=0.5,
                socket_timeout=30,
                health_check_interval=10,
                password=os.environ["SENTINEL_PASSWORD"],
            )
            events = client.pubsub(ignore_subscribe_messages=True)
            events.subscribe("+switch-master")
            for event in events.listen():
                if event["data"].split()[0] == b"shop":
                    primary.connection_pool.disconnect()
        except redis.RedisError as error:
            log.warning("Sentinel %s:%s: %s", host, port, error)
            time.sleep(1)


for where in SENTINELS:
    threading.Thread(target=follow, args=where, daemon=True).start()


def store(visitor, page):
    """True when it is stored; the caller decides what becomes of it otherwise."""
    try:
        primary.set(f"shop:last:{visitor}", page)
        return True
    except redis.RedisError as error:
        # READONLY and NOREPLICAS come over connections that work.
        primary.connection_pool.disconnect()
        log.error("not stored: %s", error)
        return False
