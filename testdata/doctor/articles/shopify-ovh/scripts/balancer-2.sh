#!/bin/sh
# client-reconfig-script of the second Sentinel, which has no Python.
set -e
curl -fsS -m 10 -X PUT -H "X-Ovh-Application: $OVH_APPLICATION_KEY" -d "{\"address\": \"$4\", \"port\": 6379}" \
  "https://eu.api.ovh.com/1.0/cloud/loadBalancer/lb-1/backend/1"
