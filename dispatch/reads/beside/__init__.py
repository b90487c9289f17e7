"""What stands beside the units, as pages show it: what suits a matter, who patrols now, what is wrong."""
