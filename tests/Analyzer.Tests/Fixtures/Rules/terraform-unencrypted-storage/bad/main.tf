resource "aws_db_instance" "a" {
  engine = "postgres"
}

resource "aws_ebs_volume" "b" {
  encrypted = false
}
