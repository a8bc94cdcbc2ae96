import pickle
pickle.loads(request.data)
pickle.loads(connection.recv(1024))
data = base64.b64decode(request.cookies["session"])
session = pickle.loads(data)
