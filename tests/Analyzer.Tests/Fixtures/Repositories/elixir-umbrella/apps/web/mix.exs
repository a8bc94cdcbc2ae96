defmodule Web.MixProject do
  use Mix.Project

  def project do
    [app: :web, lockfile: "../../mix.lock", deps: deps()]
  end

  defp deps do
    [{:phoenix, "~> 1.7"},
     {:store, in_umbrella: true}]
  end
end
