RSpec.describe "one" do
end
