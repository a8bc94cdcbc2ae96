namespace AutoDevOps.Server.Hosting;

/// <summary>The program cannot do what it was asked to, for a reason that whoever asked can mend; the message says how.</summary>
internal sealed class StartException(string message) : Exception(message);
