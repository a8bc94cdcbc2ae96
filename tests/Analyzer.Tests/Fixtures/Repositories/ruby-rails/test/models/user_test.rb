class UserTest < ActiveSupport::TestCase
end
