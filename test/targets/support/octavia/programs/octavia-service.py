# Octavia's API as Debian packages it, with the driver that does nothing, on a database of SQLite and a free
# port of the loopback address.
#   octavia-service.py FOLDER KEYSTONE-PORT    writes {"port": N} as its first line
#
# The driver never completes a change. In its place, changes are completed here, a settable time after they were
# begun: between two requests, so that nothing else writes to the database. /control/ is not Octavia's:
#   GET /control/live/POOL    what connections would find, and have found
#   PUT /control/pace         {"ms": N} or {"ms": null}, which is never
#   PUT /control/forget       tokens are checked anew: Octavia believes one for minutes that it has seen
import json
import os
import sqlite3
import sys
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

folder, keystone_port = sys.argv[1], int(sys.argv[2])
# Octavia reads them as well, and knows neither.
del sys.argv[1:]
database = os.path.join(folder, "octavia.db")
keystone = "http://127.0.0.1:%d/v3" % keystone_port

SETTINGS = """
[DEFAULT]
log_file = {folder}/octavia.log
[api_settings]
auth_strategy = keystone
enabled_provider_drivers = noop_driver:noop
default_provider_driver = noop_driver
[database]
connection = sqlite:///{database}
[controller_worker]
network_driver = network_noop_driver
amphora_driver = amphora_noop_driver
compute_driver = compute_noop_driver
[keystone_authtoken]
www_authenticate_uri = {keystone}
auth_url = {keystone}
auth_type = password
username = admin
password = administrator-of-a-test
project_name = admin
user_domain_name = Default
project_domain_name = Default
token_cache_time = 300
cache = baton.tokens
service_type = load-balancer
[oslo_messaging]
topic = none
[oslo_messaging_notifications]
driver = noop
"""

NAMES = {
    "provisioning_status": [
        "ACTIVE", "ALLOCATED", "BOOTING", "READY", "PENDING_CREATE", "PENDING_UPDATE",
        "PENDING_DELETE", "DELETED", "ERROR",
    ],
    "operating_status": ["ONLINE", "OFFLINE", "DEGRADED", "ERROR", "DRAINING", "NO_MONITOR"],
    "protocol": [
        "TCP", "HTTP", "HTTPS", "TERMINATED_HTTPS", "PROXY", "PROXYV2", "UDP", "SCTP", "PROMETHEUS",
    ],
    "algorithm": ["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", "SOURCE_IP_PORT"],
    "health_monitor_type": [
        "HTTP", "HTTPS", "TCP", "PING", "TLS-HELLO", "UDP-CONNECT", "SCTP",
    ],
    "session_persistence_type": ["SOURCE_IP", "HTTP_COOKIE", "APP_COOKIE"],
    "lb_topology": ["SINGLE", "ACTIVE_STANDBY"],
    "amphora_roles": ["STANDALONE", "MASTER", "BACKUP"],
    "vrrp_auth_method": ["PASS", "AH"],
    "client_authentication_mode": ["NONE", "OPTIONAL", "MANDATORY"],
    "l7rule_type": ["HOST_NAME", "PATH", "FILE_TYPE", "HEADER", "COOKIE"],
    "l7rule_compare_type": ["REGEX", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "EQUAL_TO"],
    "l7policy_action": ["REJECT", "REDIRECT_TO_URL", "REDIRECT_TO_POOL", "REDIRECT_PREFIX"],
}
TABLES = ["load_balancer", "listener", "pool", "member", "health_monitor"]


def open_application():
    path = os.path.join(folder, "octavia.conf")
    with open(path, "w") as file:
        file.write(SETTINGS.format(folder=folder, database=database, keystone=keystone))
    # Readers must not keep a writer waiting: Octavia reads and writes in several sessions at once.
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    from octavia.api import app

    application = app.setup_app(argv=["octavia-api", "--config-file", path])
    from octavia.db import api, base_models, models  # noqa: F401 (models says what tables there are)

    base_models.BASE.metadata.create_all(api.get_engine())
    with sqlite3.connect(database) as connection:
        for table, names in NAMES.items():
            rows = [(name,) for name in names]
            connection.executemany("INSERT OR IGNORE INTO %s (name) VALUES (?)" % table, rows)
    connection.close()
    return application


class Worker:
    """What would carry out changes: it looks between requests, and completes what is due."""

    def __init__(self):
        self.pace_ms = 30
        self.since = None
        self.live = {}
        self.past = {}

    def look(self):
        connection = sqlite3.connect(database)
        try:
            query = "SELECT count(*) FROM load_balancer WHERE provisioning_status LIKE 'PENDING_%'"
            if connection.execute(query).fetchone()[0] == 0:
                self.since = None
                return
            now = time.monotonic()
            self.since = self.since or now
            if self.pace_ms is None or (now - self.since) * 1000 < self.pace_ms:
                return
            self.complete(connection)
            self.since = None
        finally:
            connection.close()

    def complete(self, connection):
        with connection:
            connection.execute("DELETE FROM member WHERE provisioning_status = 'PENDING_DELETE'")
            for table in TABLES:
                connection.execute(
                    "UPDATE %s SET provisioning_status = 'ACTIVE' "
                    "WHERE provisioning_status IN ('PENDING_CREATE', 'PENDING_UPDATE')" % table
                )
        for (pool,) in connection.execute("SELECT id FROM pool").fetchall():
            self.apply(connection, pool)

    def apply(self, connection, pool):
        query = (
            "SELECT ip_address || ':' || protocol_port, backup FROM member "
            "WHERE pool_id = ? AND enabled = 1 AND weight > 0 ORDER BY created_at"
        )
        up = connection.execute(query, (pool,)).fetchall()
        first = [place for place, backup in up if not backup]
        now = first or [place for place, _backup in up]
        if now != self.live.get(pool, []):
            self.past.setdefault(pool, []).extend(now)
        self.live[pool] = now


class Tokens:
    """What Octavia keeps of tokens that it has checked."""

    def __init__(self):
        self.known = {}

    def get(self, key):
        return self.known.get(key)

    def set(self, key, value, **_how_long):
        self.known[key] = value


worker = Worker()
tokens = Tokens()


def control(environment, start_response):
    path = environment["PATH_INFO"]
    size = int(environment.get("CONTENT_LENGTH") or 0)
    body = json.loads(environment["wsgi.input"].read(size) or b"null")
    answer = {}
    if path.startswith("/control/live/"):
        pool = path[len("/control/live/"):]
        answer = {"live": worker.live.get(pool, []), "past": worker.past.get(pool, [])}
    elif path == "/control/pace":
        worker.pace_ms = body["ms"]
    elif path == "/control/forget":
        tokens.known.clear()
    text = json.dumps(answer).encode()
    headers = [("content-type", "application/json"), ("content-length", str(len(text)))]
    start_response("200 OK", headers)
    return [text]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


octavia = open_application()


def application(environment, start_response):
    worker.look()
    if environment["PATH_INFO"].startswith("/control/"):
        return control(environment, start_response)
    environment["baton.tokens"] = tokens
    return octavia(environment, start_response)


server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
