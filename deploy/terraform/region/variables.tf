variable "name" {
  description = "Part of every resource's name."
  type        = string
}

variable "environment" {
  description = "Whose resources these are."
  type        = string
}

variable "region" {
  description = "DigitalOcean's slug."
  type        = string
}

variable "redis_engine" {
  description = "valkey or redis."
  type        = string
}

variable "settings" {
  description = "Sizes and ranges; see `regions` of the root."
  type = object({
    network            = string
    kubernetes_version = string
    highly_available   = bool
    services           = object({ size = string, count = number, min = number, max = number })
    stores             = object({ size = string, count = number })
    postgres           = object({ size = string, nodes = number })
    redis              = object({ size = string, nodes = number })
    balancer_units     = number
  })
}
