defmodule Store do
  def url, do: System.get_env("DATABASE_URL")
end
