config :shop,
  key: """
  @@BEGIN:EC @@
  @@DER@@
  @@END:EC @@
  """
