Gem::Specification.new do |s|
  s.name = "a$(id)"
  s.required_ruby_version = "`id`"
