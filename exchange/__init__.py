"""A telephone exchange in a box: speaks Twilio's API, executes TwiML, keeps a ledger."""
