"""The processes of the Procfile and the bell between them."""
