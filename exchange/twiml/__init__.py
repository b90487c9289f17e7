"""TwiML documents: reading them, and what Twilio would refuse in them. Pure."""
