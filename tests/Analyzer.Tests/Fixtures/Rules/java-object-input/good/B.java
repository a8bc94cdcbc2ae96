ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
in.setObjectInputFilter(ObjectInputFilter.Config.createFilter("a.*;!*"));
