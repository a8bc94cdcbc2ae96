defmodule Tiny do
end
