Gem::Specification.new do |s|
  s.name = "one"
  s.required_ruby_version = ">= 3.2"
end
