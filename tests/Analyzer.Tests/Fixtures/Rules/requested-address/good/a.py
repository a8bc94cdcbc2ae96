requests.get("https://a.example", params=request.args)
requests.post(url, data=request.data)
