resource "aws_s3_bucket_public_access_block" "a" {
  bucket              = aws_s3_bucket.a.id
  block_public_acls   = false
  block_public_policy = false
}
