"""The life of a case: how it stands, and what each who has to do with it does next."""
