"""The reference election as a play: invented people, their journeys and troubles, told to whatever log is given."""
