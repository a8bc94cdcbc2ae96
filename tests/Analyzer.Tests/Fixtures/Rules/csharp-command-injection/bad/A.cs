Process.Start("cmd.exe", "/c del " + path);
var info = new ProcessStartInfo("bash", $"-c \"ls {folder}\"");
