output "vpc_id" {
  description = "The region's private network."
  value       = digitalocean_vpc.this.id
}

output "cluster_id" {
  description = "The Kubernetes cluster."
  value       = digitalocean_kubernetes_cluster.this.id
}

output "nodes_tag" {
  description = "The tag that every node has."
  value       = local.nodes_tag
}

output "edge_ip" {
  description = "The load balancer's public address."
  value       = digitalocean_loadbalancer.edge.ip
}

output "database_url" {
  description = "PostgreSQL as its administrator, by the private network."
  value       = one(digitalocean_database_cluster.postgres[*].private_uri)
  sensitive   = true
}

output "redis_url" {
  description = "Redis, by the private network."
  value       = one(digitalocean_database_cluster.redis[*].private_uri)
  sensitive   = true
}

output "buckets" {
  description = "Object storage: what it is for, and its name."
  value       = { for key, bucket in digitalocean_spaces_bucket.this : key => bucket.name }
}

output "urns" {
  description = "What belongs to the project."
  value = concat(
    [digitalocean_loadbalancer.edge.urn],
    digitalocean_database_cluster.postgres[*].urn,
    digitalocean_database_cluster.redis[*].urn,
    [for bucket in digitalocean_spaces_bucket.this : bucket.urn],
  )
}
