Process.Start("git", $"log {branch}");
Process.Start("cmd.exe", "/c dir");
Process.Start("cmd.exe", $"/c del {nameof(path)}");
timer.Start("cmd.exe", "/c " + x);
// Process.Start("cmd.exe", "/c del " + path);
