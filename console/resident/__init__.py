"""The pages for residents: how a case stands, what can be done about it with its code, and the form to report."""
