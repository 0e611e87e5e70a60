locals {
  # Object storage is not in every region; the nearest is on the same coast.
  storage_region = { nyc1 = "nyc3", sfo3 = "sfo3" }[var.region]
  # The first region of production has the plain names, which deploy/postgres and deploy/kafka write to.
  suffix = var.environment == "production" ? (var.region == "nyc1" ? "" : "-${var.region}") : "-${var.environment}-${var.region}"
  # How long what was overwritten or deleted is kept.
  buckets = { "todo-backups" = 30, "todo-archive" = 90 }
}

resource "digitalocean_spaces_bucket" "this" {
  for_each = local.buckets
  name     = "${each.key}${local.suffix}"
  region   = local.storage_region
  acl      = "private"

  # What is overwritten or deleted, by mistake or in malice, is kept for a while.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    id                                     = "old-versions"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 7
    noncurrent_version_expiration {
      days = each.value
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}
