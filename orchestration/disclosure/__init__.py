"""What may be public: cells too small are suppressed, and with them what they could be worked out from."""
