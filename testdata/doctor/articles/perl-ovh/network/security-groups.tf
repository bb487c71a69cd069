resource "openstack_networking_secgroup_v2" "application" {
  name = "application"
}

resource "openstack_networking_secgroup_v2" "sentinel" {
  name = "sentinel"
}

resource "openstack_networking_secgroup_v2" "redis" {
  name        = "redis"
  description = "Redis for the application and the Sentinels, and for nobody else"
}

resource "openstack_networking_secgroup_rule_v2" "redis_from_application" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 6379
  port_range_max    = 6379
  remote_group_id   = openstack_networking_secgroup_v2.application.id
  security_group_id = openstack_networking_secgroup_v2.redis.id
}

resource "openstack_networking_secgroup_rule_v2" "redis_from_sentinel" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 6379
  port_range_max    = 6379
  remote_group_id   = openstack_networking_secgroup_v2.sentinel.id
  security_group_id = openstack_networking_secgroup_v2.redis.id
}

resource "openstack_networking_secgroup_rule_v2" "sentinel_from_sentinel" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 26379
  port_range_max    = 26379
  remote_group_id   = openstack_networking_secgroup_v2.sentinel.id
  security_group_id = openstack_networking_secgroup_v2.sentinel.id
}
