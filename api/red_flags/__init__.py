"""Red flags: signs and combinations that need action now, whatever the models say."""
