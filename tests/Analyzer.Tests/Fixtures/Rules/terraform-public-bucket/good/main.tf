resource "aws_s3_bucket" "a" {
  acl = "private"
}

resource "aws_s3_bucket" "site" {
  acl = "public-read"
  website {
    index_document = "index.html"
  }
}

resource "google_storage_bucket_iam_member" "b" {
  member = "serviceAccount:${google_service_account.a.email}"
}
