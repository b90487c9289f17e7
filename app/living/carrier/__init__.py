"""The carrier of the town: its doors, its post, its telephones."""
