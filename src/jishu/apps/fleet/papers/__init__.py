"""证照: what a car must carry to be on the road, and until when."""
