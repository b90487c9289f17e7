"""What the laboratory of rules asks the record: past cases, and the versions in force as they were entered."""
