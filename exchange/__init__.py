"""A telephone exchange in a box: speaks Twilio's API, executes TwiML, keeps a ledger.

What it is told over `/exchange` (the account's token as bearer) is described where it is read: phones and how
they behave in `phones.parse_phone` (PUT /exchange/phones), what is to go wrong in `faults.Knobs` (POST
/exchange/faults), our numbers in `lines.Line` (PUT /exchange/numbers). Tests use `testing.Exchange` instead.
"""
