resource "aws_s3_bucket" "a" {
  acl = "public-read"
}

resource "google_storage_bucket_iam_member" "b" {
  member = "allUsers"
}

resource "azurerm_storage_container" "c" {
  container_access_type = "blob"
}
