locals {
  # Of a /14: nodes, pods, services. Nothing overlaps, in a region or between two.
  nodes_range    = cidrsubnet(var.settings.network, 2, 0)
  pods_range     = cidrsubnet(var.settings.network, 2, 1)
  services_range = cidrsubnet(var.settings.network, 2, 2)
  nodes_tag      = "${var.name}-nodes"
}

resource "digitalocean_vpc" "this" {
  name     = var.name
  region   = var.region
  ip_range = local.nodes_range
}

data "digitalocean_kubernetes_versions" "available" {
  version_prefix = var.settings.kubernetes_version
}

resource "digitalocean_kubernetes_cluster" "this" {
  name           = var.name
  region         = var.region
  version        = data.digitalocean_kubernetes_versions.available.latest_version
  vpc_uuid       = digitalocean_vpc.this.id
  cluster_subnet = local.pods_range
  service_subnet = local.services_range
  ha             = var.settings.highly_available
  # Patches come by themselves, a node beside the old one first, when few are awake.
  auto_upgrade         = true
  surge_upgrade        = true
  registry_integration = true
  tags                 = [var.environment]

  maintenance_policy {
    day        = "sunday"
    start_time = "08:00"
  }

  node_pool {
    name       = "services"
    size       = var.settings.services.size
    node_count = var.settings.services.count
    auto_scale = true
    min_nodes  = var.settings.services.min
    max_nodes  = var.settings.services.max
    labels     = { "todo/pool" = "services" }
    tags       = [local.nodes_tag]
  }

  lifecycle {
    # The autoscaler's and the automatic upgrade's business from then on.
    ignore_changes = [version, node_pool[0].node_count]
  }
}

# Kafka and Redis keep their copies here; services avoid these nodes while there is room elsewhere.
resource "digitalocean_kubernetes_node_pool" "stores" {
  cluster_id = digitalocean_kubernetes_cluster.this.id
  name       = "stores"
  size       = var.settings.stores.size
  node_count = var.settings.stores.count
  labels     = { "todo/pool" = "stores" }
  tags       = [local.nodes_tag]

  taint {
    key    = "todo/pool"
    value  = "stores"
    effect = "PreferNoSchedule"
  }
}

# To the ports of the ingress controller (deploy/argocd/apps/ingress.yaml), which ends TLS and learns the caller's address by PROXY.
resource "digitalocean_loadbalancer" "edge" {
  name                  = var.name
  region                = var.region
  size_unit             = var.settings.balancer_units
  vpc_uuid              = digitalocean_vpc.this.id
  droplet_tag           = local.nodes_tag
  enable_proxy_protocol = true

  forwarding_rule {
    entry_port      = 443
    entry_protocol  = "tcp"
    target_port     = 30443
    target_protocol = "tcp"
  }

  forwarding_rule {
    entry_port      = 80
    entry_protocol  = "tcp"
    target_port     = 30080
    target_protocol = "tcp"
  }

  healthcheck {
    port     = 30443
    protocol = "tcp"
  }

  depends_on = [digitalocean_kubernetes_cluster.this]
}
