# Small, with the cluster's own stores; the registry is production's.
environment = "staging"
domain      = "staging.todo.example.com"
alert_email = "operators@example.com"
regions = {
  nyc1 = {
    network  = "10.32.0.0/14"
    services = { size = "s-2vcpu-4gb", count = 2, min = 2, max = 3 }
    stores   = { size = "s-2vcpu-4gb", count = 3 }
  }
}
