parameters.RequireSignedTokens = true;
