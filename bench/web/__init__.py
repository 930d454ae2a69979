"""`scripts/bench --web`: what Lighthouse says of the portal's pages."""
