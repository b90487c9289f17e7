"""The doors for machines: who is there is checked, the request becomes values, and it is answered."""
