import pickle
pickle.loads(cache.get("a"))
with open("a", "rb") as f:
    pickle.load(f)
json.loads(request.data)
