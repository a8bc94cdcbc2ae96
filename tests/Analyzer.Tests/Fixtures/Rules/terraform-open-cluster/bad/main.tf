resource "aws_eks_cluster" "a" {
  vpc_config {
    public_access_cidrs = ["0.0.0.0/0"]
  }
}

resource "azurerm_kubernetes_cluster" "b" {
  role_based_access_control_enabled = false
}
