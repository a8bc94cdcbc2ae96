resource "aws_lb_listener" "a" {
  port     = 80
  protocol = "HTTP"
  default_action {
    type = "redirect"
  }
}

resource "aws_lb_listener" "b" {
  port     = 443
  protocol = "HTTPS"
  default_action {
    type = "forward"
  }
}
