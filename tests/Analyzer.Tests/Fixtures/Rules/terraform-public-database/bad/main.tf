resource "aws_db_instance" "a" {
  publicly_accessible = true
}

resource "google_sql_database_instance" "b" {
  settings {
    ip_configuration {
      authorized_networks {
        value = "0.0.0.0/0"
      }
    }
  }
}

resource "azurerm_mssql_firewall_rule" "c" {
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
