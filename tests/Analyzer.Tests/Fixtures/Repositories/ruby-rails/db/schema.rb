ActiveRecord::Schema[8.0].define do
end
