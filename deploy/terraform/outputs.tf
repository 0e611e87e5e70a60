output "kubernetes" {
  description = "Each region's cluster: what `doctl kubernetes cluster kubeconfig save` takes."
  value       = { for name, region in module.region : name => region.cluster_id }
}

output "edge" {
  description = "Each region's address that the world reaches."
  value       = { for name, region in module.region : name => region.edge_ip }
}

output "database_url" {
  description = "Each region's PostgreSQL for the secrets `todo-database` and `todo-database-admin`; null where the cluster has its own."
  value       = { for name, region in module.region : name => region.database_url }
  sensitive   = true
}

output "redis_url" {
  description = "Each region's Redis for the secret `redis`; null where the cluster has its own."
  value       = { for name, region in module.region : name => region.redis_url }
  sensitive   = true
}

output "buckets" {
  description = "Object storage that deploy/postgres, deploy/kafka and deploy/backup write to."
  value       = { for name, region in module.region : name => region.buckets }
}

output "billed" {
  description = "What is billed by more than a resource's own size; tools/costs reads it."
  value = {
    registry         = try(var.registry.tier, null)
    balancer_units   = { for name, region in var.regions : name => region.balancer_units }
    highly_available = { for name, region in var.regions : name => region.highly_available }
  }
}
