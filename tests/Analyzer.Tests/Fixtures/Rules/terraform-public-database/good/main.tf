resource "aws_db_instance" "a" {
  publicly_accessible = false
}

resource "aws_db_instance" "b" {
  publicly_accessible = var.public
}

resource "azurerm_mssql_firewall_rule" "c" {
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}
