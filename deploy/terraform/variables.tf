variable "environment" {
  description = "Whose resources these are; part of every name."
  type        = string
  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment must be staging or production."
  }
}

variable "domain" {
  description = "The zone that DigitalOcean serves; people reach the platform at its apex."
  type        = string
  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain must be a DNS name in lower case, such as todo.example.com."
  }
}

variable "alert_email" {
  description = "Who is told when a node or the edge is in trouble; an address that the account has verified."
  type        = string
  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.alert_email))
    error_message = "alert_email must be an e-mail address."
  }
}

variable "registry" {
  description = "The container registry to make; null where the account has it from another environment (an account has one)."
  type        = object({ name = string, tier = string })
  default     = null
  validation {
    condition     = var.registry == null ? true : contains(["starter", "basic", "professional"], var.registry.tier)
    error_message = "registry.tier must be starter, basic or professional."
  }
}

variable "redis_engine" {
  description = "The engine of the managed store that speaks Redis' protocol. New clusters can only be valkey."
  type        = string
  default     = "valkey"
  validation {
    condition     = contains(["valkey", "redis"], var.redis_engine)
    error_message = "redis_engine must be valkey or redis."
  }
}

variable "regions" {
  description = "What stands in each region. `network` is cut into the nodes', the pods' and the services' ranges."
  type = map(object({
    network            = string
    kubernetes_version = optional(string, "1.34.")
    highly_available   = optional(bool, false)
    services = optional(object({
      size  = optional(string, "s-4vcpu-8gb")
      count = optional(number, 3)
      min   = optional(number, 2)
      max   = optional(number, 5)
    }), {})
    stores = optional(object({
      size  = optional(string, "s-2vcpu-4gb")
      count = optional(number, 3)
    }), {})
    # Not given: the cluster's own (deploy/postgres, deploy/redis).
    postgres = optional(object({
      size  = optional(string, "db-s-1vcpu-2gb")
      nodes = optional(number, 2)
    }))
    redis = optional(object({
      size  = optional(string, "db-s-1vcpu-2gb")
      nodes = optional(number, 1)
    }))
    balancer_units = optional(number, 1)
  }))
  validation {
    condition     = length(var.regions) > 0 && alltrue([for name in keys(var.regions) : contains(["nyc1", "sfo3"], name)])
    error_message = "regions must be among nyc1 and sfo3, those that deploy/kubernetes has components for."
  }
  validation {
    condition     = alltrue([for region in values(var.regions) : can(cidrhost(region.network, 0)) && endswith(region.network, "/14")])
    error_message = "network must be an address range of 14 bits, such as 10.16.0.0/14."
  }
  validation {
    condition     = length(distinct([for region in values(var.regions) : cidrsubnet(region.network, 0, 0)])) == length(var.regions)
    error_message = "Two regions cannot have the same network: they are joined."
  }
  validation {
    condition = alltrue([for region in values(var.regions) :
      region.services.min >= 1 && region.services.min <= region.services.count && region.services.count <= region.services.max
    ])
    error_message = "services must have 1 <= min <= count <= max."
  }
  validation {
    condition     = alltrue([for region in values(var.regions) : region.stores.count >= 3])
    error_message = "stores.count must be at least 3: Kafka's and Redis' copies stand on nodes of their own."
  }
  validation {
    condition = alltrue([for region in values(var.regions) :
      (region.postgres == null ? true : contains([1, 2, 3], region.postgres.nodes)) && (region.redis == null ? true : contains([1, 2, 3], region.redis.nodes))
    ])
    error_message = "postgres.nodes and redis.nodes must be 1, 2 or 3."
  }
}
