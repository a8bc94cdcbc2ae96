import subprocess, os
subprocess.run(f"git log {branch}", shell=True)
subprocess.check_output("ls " + folder, shell=True)
os.system("rm -r %s" % path)
os.popen("cat {}".format(name))
def f(x):
    command = f"tar xf {x}"
    subprocess.call(command, cwd=".", shell=True)
