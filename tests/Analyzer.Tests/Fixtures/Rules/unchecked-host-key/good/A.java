session.setConfig("StrictHostKeyChecking", "yes");
