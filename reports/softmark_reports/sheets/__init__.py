"""Tables as the report means them, and those that several pages share."""
