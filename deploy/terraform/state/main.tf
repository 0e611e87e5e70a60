# Where the state of everything else lies. Applied once by hand, with a state of its own that may be lost: import the bucket then.
terraform {
  required_version = ">= 1.6"
  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.71"
    }
  }
}

provider "digitalocean" {}

resource "digitalocean_spaces_bucket" "state" {
  name   = "todo-terraform"
  region = "nyc3"
  acl    = "private"

  versioning {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}
