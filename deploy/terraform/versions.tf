terraform {
  required_version = ">= 1.6"
  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.71"
    }
  }
  # Which bucket and key: environments/NAME.backend, given to `init -backend-config`. Keys come from the environment.
  backend "s3" {}
}

# Tokens come from the environment: DIGITALOCEAN_TOKEN, SPACES_ACCESS_KEY_ID, SPACES_SECRET_ACCESS_KEY.
provider "digitalocean" {}
