defmodule Store.MixProject do
  use Mix.Project

  def project do
    [
      app: :store,
      elixir: "~> 1.14",
      lockfile: "../../mix.lock",
      deps: [
        {:postgrex, ">= 0.0.0"},
        {:ecto, "~> 3.12"}
      ]
    ]
  end
end
