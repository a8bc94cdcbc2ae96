# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "tinygem"
  spec.version = "0.1.0"
  spec.required_ruby_version = ">= 3.1.2"
  spec.files = Dir["lib/**/*"]
  spec.add_dependency "rack", "~> 3.0" # the web
  spec.add_development_dependency "minitest", "> 5"
  spec.add_development_dependency("rake")
end
