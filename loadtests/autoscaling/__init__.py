"""A fleet of servers under live traffic, simulated: when policies add servers, what callers feel, what it costs."""
