"""The loop: visit, finding, told, verdict; what proves each, and the deeds that move a case on."""
