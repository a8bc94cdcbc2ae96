resource "aws_lb_listener" "a" {
  port     = 80
  protocol = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.a.arn
  }
}
