resource "aws_instance" "a" {
  metadata_options {
    http_tokens = "required"
  }
}
resource "aws_instance" "b" {}
