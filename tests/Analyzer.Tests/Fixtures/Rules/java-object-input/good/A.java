ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
