# One environment: a registry, a zone, and each region by the same module.
locals {
  name  = "todo-${var.environment}"
  pairs = length(var.regions) == 2 ? [sort(keys(var.regions))] : []
}

resource "digitalocean_container_registry" "images" {
  count                  = var.registry == null ? 0 : 1
  name                   = var.registry.name
  subscription_tier_slug = var.registry.tier
}

module "region" {
  source   = "./region"
  for_each = var.regions

  name         = "${local.name}-${each.key}"
  environment  = var.environment
  region       = each.key
  settings     = each.value
  redis_engine = var.redis_engine
}

# Kafka's mirror and PostgreSQL's copies go from region to region by private addresses.
resource "digitalocean_vpc_peering" "regions" {
  count   = length(local.pairs)
  name    = local.name
  vpc_ids = [for name in local.pairs[count.index] : module.region[name].vpc_id]
}

resource "digitalocean_domain" "zone" {
  name = var.domain
}

# The apex answers with every region's edge; a client that meets a dead one tries the next.
resource "digitalocean_record" "apex" {
  for_each = var.regions
  domain   = digitalocean_domain.zone.id
  type     = "A"
  name     = "@"
  value    = module.region[each.key].edge_ip
  ttl      = 60
}

resource "digitalocean_record" "region" {
  for_each = var.regions
  domain   = digitalocean_domain.zone.id
  type     = "A"
  name     = each.key
  value    = module.region[each.key].edge_ip
  ttl      = 300
}

# Only the authority of deploy/kubernetes/cluster/issuers.yaml may sign for these names.
resource "digitalocean_record" "authority" {
  domain = digitalocean_domain.zone.id
  type   = "CAA"
  name   = "@"
  flags  = 0
  tag    = "issue"
  value  = "letsencrypt.org."
  ttl    = 3600
}

resource "digitalocean_project" "platform" {
  name        = local.name
  description = "The todo platform, ${var.environment}"
  purpose     = "Service or API"
  environment = title(var.environment)
  resources   = concat([digitalocean_domain.zone.urn], flatten([for region in module.region : region.urns]))
}
