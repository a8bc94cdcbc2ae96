defmodule TinyTest do
  use ExUnit.Case
end
