resource "aws_security_group_rule" "b" {
  type = "ingress"
  protocol = "-1"
  cidr_blocks = ["0.0.0.0/0"]
}
