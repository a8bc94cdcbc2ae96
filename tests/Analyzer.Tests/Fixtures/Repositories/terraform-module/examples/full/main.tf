module "x" {
  source = "../.."
}
