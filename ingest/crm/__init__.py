"""What marketers bring: encodings, dialects, dates, transforms, the mapping document."""
