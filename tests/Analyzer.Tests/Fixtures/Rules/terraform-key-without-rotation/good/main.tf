resource "aws_kms_key" "a" {
  enable_key_rotation = true
}
resource "aws_kms_key" "b" {
  customer_master_key_spec = "RSA_2048"
}
