resource "aws_cloudfront_distribution" "a" {
  default_cache_behavior {
    viewer_protocol_policy = "redirect-to-https"
  }
  viewer_certificate {
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "azurerm_storage_account" "b" {
  min_tls_version = "TLS1_2"
}
