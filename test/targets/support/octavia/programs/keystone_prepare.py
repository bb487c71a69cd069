# Makes what every run of Keystone begins with: an empty database of SQLite, keys and an administrator.
#   keystone_prepare.py FOLDER
import os
import subprocess
import sys

ADMIN_PASSWORD = "administrator-of-a-test"


def write_settings(folder):
    path = os.path.join(folder, "keystone.conf")
    lines = [
        "[DEFAULT]",
        "log_file = %s/keystone.log" % folder,
        "[database]",
        "connection = sqlite:///%s/keystone.db" % folder,
        "[fernet_tokens]",
        "key_repository = %s/fernet-keys" % folder,
        "[fernet_receipts]",
        "key_repository = %s/fernet-keys" % folder,
        "[credential]",
        "key_repository = %s/credential-keys" % folder,
        "[token]",
        "provider = fernet",
        "caching = false",
        "[cache]",
        "enabled = false",
        "[identity]",
        "password_hash_rounds = 4",
    ]
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def manage(settings, *arguments):
    code = "import sys; from keystone.cmd import manage; manage.main()"
    words = [sys.executable, "-c", code, "--config-file", settings] + list(arguments)
    subprocess.run(words, check=True)


def prepare(folder):
    settings = write_settings(folder)
    for keys in ("fernet-keys", "credential-keys"):
        os.makedirs(os.path.join(folder, keys), mode=0o700, exist_ok=True)
    root = ["--keystone-user", "root", "--keystone-group", "root"]
    manage(settings, "db_sync")
    manage(settings, "fernet_setup", *root)
    manage(settings, "credential_setup", *root)
    place = "http://127.0.0.1/v3"
    manage(
        settings, "bootstrap",
        "--bootstrap-password", ADMIN_PASSWORD,
        "--bootstrap-region-id", "GRA11",
        "--bootstrap-public-url", place,
        "--bootstrap-internal-url", place,
    )


if __name__ == "__main__":
    prepare(sys.argv[1])
