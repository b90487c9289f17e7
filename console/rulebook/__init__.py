"""The page Rules: the table in force, what others would do, drafts by two people, one text tried."""
