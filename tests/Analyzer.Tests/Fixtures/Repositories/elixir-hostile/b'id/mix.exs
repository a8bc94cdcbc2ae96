  def project do
    [app: :b]
