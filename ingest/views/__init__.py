"""Pages: get the authorised object, read the form, call one service, redirect or render."""
