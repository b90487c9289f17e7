"""`hotline up`: the servers we bring along and the Procfile's processes, under one supervisor."""
