resource "google_project_iam_member" "a" {
  role   = "roles/editor"
  member = "serviceAccount:${google_service_account.a.email}"
}
