defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [
      apps_path: "apps",
      deps: [{:credo, "~> 1.7", only: :dev}],
      aliases: aliases()
    ]
  end

  defp aliases do
    [
      test: ["ecto.create --quiet", "test"]
    ]
  end
end
