resource "digitalocean_database_cluster" "postgres" {
  count                = var.settings.postgres == null ? 0 : 1
  name                 = "${var.name}-postgres"
  engine               = "pg"
  version              = "15"
  size                 = var.settings.postgres.size
  node_count           = var.settings.postgres.nodes
  region               = var.region
  private_network_uuid = digitalocean_vpc.this.id
  tags                 = [var.environment]

  maintenance_window {
    day  = "sunday"
    hour = "09:00:00"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_database_db" "todo" {
  count      = length(digitalocean_database_cluster.postgres)
  cluster_id = digitalocean_database_cluster.postgres[count.index].id
  name       = "todo"
}

# Owns the tables; `todo database apply` makes the services' own role, which owns nothing.
resource "digitalocean_database_user" "admin" {
  count      = length(digitalocean_database_cluster.postgres)
  cluster_id = digitalocean_database_cluster.postgres[count.index].id
  name       = "todo_admin"
}

resource "digitalocean_database_firewall" "postgres" {
  count      = length(digitalocean_database_cluster.postgres)
  cluster_id = digitalocean_database_cluster.postgres[count.index].id

  rule {
    type  = "k8s"
    value = digitalocean_kubernetes_cluster.this.id
  }
}

# Evicts nothing: it holds what todos are until the journal has it.
resource "digitalocean_database_cluster" "redis" {
  count                = var.settings.redis == null ? 0 : 1
  name                 = "${var.name}-redis"
  engine               = var.redis_engine
  version              = var.redis_engine == "valkey" ? "8" : "7"
  size                 = var.settings.redis.size
  node_count           = var.settings.redis.nodes
  region               = var.region
  private_network_uuid = digitalocean_vpc.this.id
  eviction_policy      = "noeviction"
  tags                 = [var.environment]

  maintenance_window {
    day  = "sunday"
    hour = "10:00:00"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_database_firewall" "redis" {
  count      = length(digitalocean_database_cluster.redis)
  cluster_id = digitalocean_database_cluster.redis[count.index].id

  rule {
    type  = "k8s"
    value = digitalocean_kubernetes_cluster.this.id
  }
}

# The managed store keeps snapshots only, no log of every write; frequent ones lose least.
resource "digitalocean_database_valkey_config" "redis" {
  count              = var.redis_engine == "valkey" ? length(digitalocean_database_cluster.redis) : 0
  cluster_id         = digitalocean_database_cluster.redis[count.index].id
  persistence        = "rdb"
  frequent_snapshots = true
}
