"""The window: the HTTP API, the feeds, calendars and planning tools. The only room that knows FastAPI."""
