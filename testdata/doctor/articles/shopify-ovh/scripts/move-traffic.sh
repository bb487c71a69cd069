#!/bin/bash
# client-reconfig-script: Sentinel calls it when a failover is done.
GROUP="$1"
OLD_IP="$2"
NEW_IP="$4"

echo "$(date) $GROUP moves from $OLD_IP to $NEW_IP" >> /tmp/move-traffic.log
python /etc/redis/balancer.py --backend "$NEW_IP" --port 6379
python /etc/redis/settings.py --redis "redis://$4:6379"
exit 0
