data "ovh_iploadbalancing" "lb" {
  service_name = "loadbalancer-0815"
}

resource "ovh_iploadbalancing_tcp_farm" "redis" {
  service_name = data.ovh_iploadbalancing.lb.service_name
  display_name = "redis"
  zone         = "all"
  port         = 6379
  balance      = "roundrobin"

  probe {
    type     = "tcp"
    interval = 30
  }
}

resource "ovh_iploadbalancing_tcp_farm_server" "redis_1" {
  service_name = data.ovh_iploadbalancing.lb.service_name
  farm_id      = ovh_iploadbalancing_tcp_farm.redis.id
  address      = "10.60.0.11"
  port         = 6379
  status       = "active"
}
