resource "google_project_iam_member" "a" {
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.a.email}"
}

resource "google_project_iam_member" "b" {
  role   = "roles/owner"
  member = "user:a@example.com"
}
