os.system("rm " + x)
