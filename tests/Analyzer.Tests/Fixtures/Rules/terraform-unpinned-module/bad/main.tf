module "a" {
  source = "terraform-aws-modules/vpc/aws"
}

module "b" {
  source = "git::https://example.com/vpc.git"
}

module "c" {
  source = "github.com/o/r"
}
