# Keystone as Debian packages it, on a free port of the loopback address and what keystone_prepare.py has made.
#   keystone-service.py FOLDER    writes {"port": N} as its first line
import json
import os
import sqlite3
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

from keystone_prepare import write_settings


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


def serve(folder):
    settings = write_settings(folder)
    server = make_server("127.0.0.1", 0, None, handler_class=Quiet)
    # Whoever checks tokens finds Keystone by its own catalog, which was made before there was a port.
    with sqlite3.connect(os.path.join(folder, "keystone.db")) as connection:
        # It reads in one session while it writes in another: readers must not keep a writer waiting.
        connection.execute("PRAGMA journal_mode=WAL")
        url = "http://127.0.0.1:%d/v3" % server.server_port
        connection.execute("UPDATE endpoint SET url = ?", (url,))
    connection.close()
    from keystone.server.flask import core

    server.set_app(core.initialize_application("public", config_files=[settings]))
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


folder = sys.argv[1]
# Keystone reads them as well, and knows no folder.
del sys.argv[1:]
serve(folder)
