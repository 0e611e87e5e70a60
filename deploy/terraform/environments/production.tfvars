environment = "production"
domain      = "todo.example.com"
alert_email = "operators@example.com"
registry    = { name = "todo", tier = "basic" }
regions = {
  nyc1 = { network = "10.16.0.0/14", postgres = {}, redis = {} }
}
