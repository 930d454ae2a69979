"""The data path: one plan from a customer file and its mapping to parts, report and refused rows."""
