"""What is asked by one person about a case and decided by another: holds, extensions, waivers, exceptions."""
