resource "aws_cloudfront_distribution" "a" {
  default_cache_behavior {
    viewer_protocol_policy = "allow-all"
  }
}

resource "azurerm_storage_account" "b" {
  https_traffic_only_enabled = false
  min_tls_version            = "TLS1_0"
}

resource "aws_lb_listener" "c" {
  ssl_policy = "ELBSecurityPolicy-2016-08"
}
