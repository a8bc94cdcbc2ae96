module Tinygem
end
