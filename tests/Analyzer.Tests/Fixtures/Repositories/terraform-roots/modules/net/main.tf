variable "x" {}

module "dns" {
  source = "../dns"
}
