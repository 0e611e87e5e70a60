# Production in two regions: the same, with a second one by the same module.
environment = "production"
domain      = "todo.example.com"
alert_email = "operators@example.com"
registry    = { name = "todo", tier = "basic" }
regions = {
  nyc1 = { network = "10.16.0.0/14", postgres = {}, redis = {} }
  sfo3 = { network = "10.20.0.0/14", postgres = {}, redis = {} }
}
