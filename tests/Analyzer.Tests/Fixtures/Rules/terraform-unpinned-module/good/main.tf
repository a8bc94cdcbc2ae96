module "a" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "~> 5.0"
}

module "b" {
  source = "git::https://example.com/vpc.git?ref=v1.2.0"
}

module "c" {
  source = "./modules/vpc"
}

module "d" {
  source = "../../a/b/c"
}
