resource "aws_db_instance" "a" {
  storage_encrypted = true
}

resource "aws_db_instance" "replica" {
  replicate_source_db = aws_db_instance.a.identifier
}

resource "aws_rds_cluster" "b" {
  storage_encrypted = var.encrypted
}

resource "aws_ebs_volume" "c" {
  size = 10
}
