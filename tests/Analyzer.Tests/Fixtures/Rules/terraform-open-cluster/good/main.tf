resource "aws_eks_cluster" "a" {
  vpc_config {
    endpoint_public_access = false
    public_access_cidrs    = ["0.0.0.0/0"]
  }
}

resource "aws_eks_cluster" "b" {
  vpc_config {
    public_access_cidrs = var.cidrs
  }
}
