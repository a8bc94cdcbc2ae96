defmodule Tiny.MixProject do
  use Mix.Project

  @version "0.3.0"

  def project do
    [
      app: :tiny,
      version: @version,
      elixir: "~> 1.15",
      deps: deps(),
      aliases: aliases(),
      name: "Tiny"
    ]
  end

  def application, do: [extra_applications: [:logger]]

  # {:commented, "~> 1.0"}
  defp deps do
    [
      {:jason, "~> 1.4"},
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false},
      {:dialyxir, "~> 1.4", only: [:test], runtime: false},
      {:ex_doc, "~> 0.34", only: :docs}
    ]
  end

  defp aliases do
    [
      setup: ["deps.get"],
      lint: ["credo --strict", "format --check-formatted"]
    ]
  end
end
