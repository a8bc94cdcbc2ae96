import subprocess, os, shlex
FOLDER = "x"
tool = "git"
subprocess.run(["git", "log", branch])
subprocess.run(f"git log {branch}")
subprocess.run("git log", shell=True)
subprocess.run(f"ls {FOLDER}", shell=True)
subprocess.run(f"{tool} log", shell=True)
subprocess.run(f"git log {shlex.quote(branch)}", shell=True)
subprocess.run("a " "b", shell=True)
subprocess.run("git log" + " -1", shell=True)
subprocess.run(command, shell=True)
os.system("make")
os.system("sleep %d" % seconds)
text = "os.system('rm ' + x)"
# os.system("rm " + x)
runner.system("rm " + x)
def system(x=f"a {y}"):
    pass
os.system("otool -L %s" % module.__file__)
