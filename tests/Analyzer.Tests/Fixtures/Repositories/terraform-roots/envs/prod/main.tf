terraform {
  required_version = "~> 1.9"
  backend "s3" {
    bucket = "x"
  }
}

module "net" {
  source = "../../modules/net"
}
