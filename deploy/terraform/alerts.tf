# What Prometheus in the cluster cannot see: nodes that are full, and an edge that nobody reaches.
locals {
  node_alerts = {
    cpu    = { type = "v1/insights/droplet/cpu", value = 85, says = "CPU above 85 %" }
    memory = { type = "v1/insights/droplet/memory_utilization_percent", value = 90, says = "memory above 90 %" }
    disk   = { type = "v1/insights/droplet/disk_utilization_percent", value = 85, says = "disk above 85 %" }
  }
}

resource "digitalocean_monitor_alert" "nodes" {
  for_each    = local.node_alerts
  description = "${local.name}: a node's ${each.value.says}"
  type        = each.value.type
  compare     = "GreaterThan"
  value       = each.value.value
  window      = "10m"
  enabled     = true
  tags        = [for region in module.region : region.nodes_tag]
  alerts {
    email = [var.alert_email]
  }
}

resource "digitalocean_uptime_check" "edge" {
  name    = "${local.name}-edge"
  target  = "https://${var.domain}/livez"
  type    = "https"
  regions = ["us_east", "us_west", "eu_west"]
}

resource "digitalocean_uptime_alert" "edge" {
  for_each   = { down = null, ssl_expiry = 14 }
  name       = "${local.name}-${each.key}"
  check_id   = digitalocean_uptime_check.edge.id
  type       = each.key
  threshold  = each.value
  comparison = each.key == "ssl_expiry" ? "less_than" : null
  period     = "5m"
  notifications {
    email = [var.alert_email]
  }
}
