list.Append("SessionId", id);
