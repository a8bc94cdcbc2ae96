data "aws_iam_policy_document" "a" {
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_sqs_queue_policy" "b" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = "*", Action = "sqs:*", Resource = "*" }
    ]
  })
}
