"""Another time, another place, a seat given back."""
