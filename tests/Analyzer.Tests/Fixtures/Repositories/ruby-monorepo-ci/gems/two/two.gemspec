Gem::Specification.new do |s|
  s.name = "two"
end
