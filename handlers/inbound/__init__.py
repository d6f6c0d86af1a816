"""The one way in: what people do, as events, and the router that takes them."""
