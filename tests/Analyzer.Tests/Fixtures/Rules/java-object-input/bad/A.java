ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
Object x = new XMLDecoder(request.getInputStream()).readObject();
