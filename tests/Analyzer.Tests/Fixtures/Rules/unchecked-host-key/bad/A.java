session.setConfig("StrictHostKeyChecking", "no");
