defmodule X do
  def project do
    [app: :"$(id)", elixir: "~> $(id)", apps_path: "../../etc", lockfile: "../../../x", deps: [{:credo, "$(id)", only: "x"}, {:a, ">